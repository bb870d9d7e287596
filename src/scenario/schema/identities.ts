import { account, choice, flag, lazily, listOf, reference, section, text, validityS } from './scalars.ts'
import { z } from './zod.ts'

const key = choice('The algorithm of the key, which determines sizes on the wire and CPU time. Default: ecdsa-p256.', [
  'ecdsa-p256',
  'rsa-2048',
  'ed25519',
]).optional()

export const identitySchema = lazily(() =>
  section({
    kind: choice(
      'The kind of identity. ca: a certificate authority; certificate: a certificate of a server or client; service-account-token: a bearer token.',
      ['ca', 'certificate', 'service-account-token'],
    ),
    cn: text('The common name (ca, certificate). Default: the name of the identity.', 'web').optional(),
    key,
    issuer: reference(
      'The CA that issued the certificate, or `self-signed` (certificate). Default: default-ca, which needs no declaration.',
    ).optional(),
    organizations: listOf(
      'The organizations in the certificate, which Kubernetes reads as groups (certificate). Default: none.',
      text('An organization.', 'system:nodes'),
    )
      .max(20, 'at most 20')
      .optional(),
    sans: listOf(
      'The DNS names and IPv4 addresses for which the certificate is valid (ca, certificate). Default: none; of a CA, its common name.',
      text('A DNS name or an IPv4 address.', 'web.example'),
    )
      .max(100, 'at most 100')
      .optional(),
    usages: listOf(
      'The uses for which the certificate is valid (certificate). Default: [server].',
      choice('A use.', ['server', 'client']),
    )
      .min(1, 'at least one usage')
      .optional(),
    notBefore: validityS(
      'The simulated time from which the certificate is valid, in whole seconds; a negative value is before the run (certificate). Default: 0s.',
    ).optional(),
    notAfter: validityS(
      'The simulated time until which the certificate is valid, in whole seconds (certificate). Default: 365d.',
    ).optional(),
    includesIssuer: flag(
      'Whether the certificate of the issuer follows in the same file, so that it is sent too (certificate). Default: false.',
    ).optional(),
    account: account('The service account of the token, as NAMESPACE/ACCOUNT (service-account-token).').optional(),
    audience: text('The audience of the token (service-account-token). Default: api.', 'api').optional(),
    expires: z
      .union([
        choice('A legacy token.', ['never']),
        validityS('The validity from the start of the run on.', { from: '1s' }),
      ])
      .meta({
        description:
          'The simulated time at which the token expires, in whole seconds, or never for a legacy token (service-account-token). Default: 1h.',
      })
      .optional(),
    bound: choice(
      'The object to which the token is bound. pod: the token becomes invalid when the last pod of its account is deleted (service-account-token). Default: none.',
      ['pod'],
    ).optional(),
  }).meta({ description: 'A certificate authority, a certificate or a token.' }),
)

export type IdentitySection = z.output<typeof identitySchema>
