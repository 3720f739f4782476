// An ICU message with the arguments it takes, so that the compiler checks every use.

declare const argsOf: unique symbol;
export type MessageValues = Record<string, string | number>;
/** ICU text (en.ts) that needs values of shape `A`. */
export type Message<A extends MessageValues> = string & { readonly [argsOf]: A };

export const message = <A extends MessageValues>(text: string): Message<A> => text as Message<A>;

/** The values a message asks for; none for a plain string. */
export type ValuesOf<M> = M extends Message<infer A> ? [values: A] : [];
