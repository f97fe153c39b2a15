// Every page between a request and its answer begins alike: is this interaction still there, and in which language does it speak.
import type { Interactions, OpenInteraction } from './interactions.ts';
import { gonePage } from './pages.ts';
import { wantsMoreTime, type PageContext, type Web } from '../web/index.ts';

/** Runs `work` with the interaction of the address, or says that it is over and shows the way back. */
export type WithInteraction = (
  ctx: PageContext,
  work: (interaction: OpenInteraction) => Promise<void>,
) => Promise<void>;

interface Needs extends Pick<Web, 'show' | 'speakFor'> {
  interactions: Interactions;
}

export const createWithInteraction =
  ({ interactions, show, speakFor }: Needs): WithInteraction =>
  async (ctx, work) => {
    if (wantsMoreTime(ctx)) await interactions.extend(ctx);
    const read = await interactions.read(ctx);
    if (read.outcome === 'gone') return show(ctx, gonePage(ctx.state, read.service));

    speakFor(ctx, read.interaction.uiLocales);
    return work(read.interaction);
  };
