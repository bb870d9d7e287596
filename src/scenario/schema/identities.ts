import { account, choice, count, flag, lazily, listOf, reference, section, text, validityS } from './scalars.ts'
import { z } from './zod.ts'

const key = choice('The algorithm of the key, which determines sizes on the wire and CPU time. Default: ecdsa-p256.', [
  'ecdsa-p256',
  'rsa-2048',
  'ed25519',
]).optional()

const constrainedNames = (description: string) =>
  listOf(description, text('A DNS name, with all names below it, or a range of addresses.', 'example.com'))
    .max(100, 'at most 100')
    .optional()

const authorityNames = (description: string) => listOf(description, reference('A CA.')).max(20, 'at most 20').optional()

/** The keys that only a CA has. */
const authorityKeys = () => ({
  bundle: authorityNames('Other CAs in the same file, which a verifier with that file trusts too (ca). Default: none.'),
  'key-of': reference(
    'The CA whose common name and key this CA has, where another CA issued it: cross-signing (ca). Default: a key of its own.',
  ).optional(),
  'max-path-length': count(
    'The most CAs between this one and a certificate (ca). Default: any number.',
    0,
    100,
  ).optional(),
  'name-constraints': section({
    permitted: constrainedNames(
      'The names for which the CA may sign; those of a kind that is not listed are all permitted. Default: all.',
    ),
    excluded: constrainedNames('The names for which the CA may not sign. Default: none.'),
  })
    .meta({ description: 'The names for which a CA may sign, and those for which it may not (ca). Default: all.' })
    .optional(),
})

export const identitySchema = lazily(() =>
  section({
    kind: choice(
      'The kind of identity. ca: a certificate authority; certificate: a certificate of a server or client; service-account-token: a bearer token.',
      ['ca', 'certificate', 'service-account-token'],
    ),
    cn: text('The common name (ca, certificate). Default: the name of the identity.', 'web').optional(),
    key,
    issuer: reference(
      'The CA that issued the certificate, or `self-signed` (ca, certificate). Default: default-ca, which needs no declaration; of a CA, self-signed.',
    ).optional(),
    chain: authorityNames(
      'The CAs whose certificates follow in the same file, so that they are sent too (certificate). Default: none.',
    ),
    ...authorityKeys(),
    organizations: listOf(
      'The organizations in the certificate, which Kubernetes reads as groups (certificate). Default: none.',
      text('An organization.', 'system:nodes'),
    )
      .max(20, 'at most 20')
      .optional(),
    sans: listOf(
      'The DNS names and IP addresses for which the certificate is valid (ca, certificate). Default: none; of a CA, its common name.',
      text('A DNS name or an IP address.', 'web.example'),
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
      'The simulated time from which the certificate is valid, in whole seconds; a negative value is before the run (ca, certificate). Default: 0s; of a CA, ten years before.',
    ).optional(),
    notAfter: validityS(
      'The simulated time until which the certificate is valid, in whole seconds (ca, certificate). Default: 365d; of a CA, ten years.',
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
