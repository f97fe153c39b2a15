// One thing that a collection holds of a person, as it may be shown to that person: no secret, no hash, no sealed text.
export type HeldValue = string | number | boolean | Date | readonly string[] | null | undefined;
export type HeldEntry = Readonly<Record<string, HeldValue>>;
