/** Kinds of marks in the bodies of exchanges. */
export const MESSAGE = 1
