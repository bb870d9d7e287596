import { BOOTSTRAP_TOKEN_BYTES, tokenSizeBytes } from '../../security/bearer-token.ts'
import type { Bearer } from '../access/bearer.ts'

/** The API server's own token is a UUID (pkg/server/config.go). */
const LOOPBACK_BYTES = 36

/** An unknown token is as long as a typical service account token. */
const UNKNOWN_BYTES = 900

/** The length of a token, as a header or a review carries it. */
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
