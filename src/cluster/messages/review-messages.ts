/** Kinds of marks in the bodies of reviews: what is asked about whom, and what is answered. */

/** `value` is the index of a bearer token; answered by the index of an identity (NONE: nobody), `detail` 1: with an error. */
export const TOKEN_REVIEW = 61
/** `value` is the index of an identity, `detail` a question (kubelet/kubelet-questions.ts); answered by 1, yes, or 0. */
export const ACCESS_REVIEW = 62
