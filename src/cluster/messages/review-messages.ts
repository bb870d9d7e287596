// Kinds of the marks at the end of the bodies of reviews.

/**
 * A TokenReview. Request: `value` is the index of a bearer token. Response: `value` is the index of an identity (NONE:
 * the token is not accepted), `detail` is 1 when it has an error.
 */
export const TOKEN_REVIEW = 61
/**
 * Mark at the end of a SubjectAccessReview. Request: `value` is the index of an identity, `detail` the number of an
 * operation (review-operations.ts). Response: `value` is 1 when the operation is allowed, else 0.
 */
export const ACCESS_REVIEW = 62
