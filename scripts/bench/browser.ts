// A browser as cheap as can be: keeps cookies by name, follows nothing, reads forms.
export interface Answer {
  status: number;
  location: string;
  text: string;
}

export interface Browser {
  get: (url: string) => Promise<Answer>;
  post: (url: string, form: Record<string, string>) => Promise<Answer>;
}

export const createBrowser = (origin: URL): Browser => {
  const cookies = new Map<string, string>();

  const send = async (url: string, form?: Record<string, string>): Promise<Answer> => {
    const response = await fetch(new URL(url, origin), {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { Accept: 'text/html', Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  };
  return { get: (url) => send(url), post: send };
};

const attribute = (tag: string, name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

/** The page's first form: where it goes, and its hidden fields. */
export const readForm = (html: string): { action: string; hidden: Record<string, string> } => {
  const form = /<form\b[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const inputs = form.match(/<input\b[^>]*type="hidden"[^>]*>/g) ?? [];
  return {
    action: attribute(form, 'action'),
    hidden: Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')])),
  };
};
