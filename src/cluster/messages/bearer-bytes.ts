import { BOOTSTRAP_TOKEN_BYTES, tokenSizeBytes } from '../../security/bearer-token.ts'
import type { Bearer } from '../access/bearer.ts'

/** What crypto/rand draws for the apiserver itself: a UUID (pkg/server/config.go). */
const LOOPBACK_BYTES = 36

/** Of a token that nobody knows: as long as a usual one. */
const UNKNOWN_BYTES = 900

/** How long a token is, as a header or a review carries it. */
export function bearerBytes(bearer: Bearer): number {
  switch (bearer.kind) {
    case 'service-account':
      return tokenSizeBytes(bearer.token)
    case 'bootstrap':
      return BOOTSTRAP_TOKEN_BYTES
    case 'loopback':
      return LOOPBACK_BYTES
    case 'unknown':
      return UNKNOWN_BYTES
  }
}
