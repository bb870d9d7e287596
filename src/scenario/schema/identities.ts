import { z } from 'zod'
import { account, choice, listOf, reference, section, text, validityS } from './scalars.ts'

const key = choice('Algorithm of the key; decides sizes on the wire and CPU time. Default: ecdsa-p256.', [
  'ecdsa-p256',
  'rsa-2048',
  'ed25519',
]).optional()

export const identitySchema = section({
  kind: choice('ca: issues certificates; certificate: of a server or client; service-account-token: a bearer token.', [
    'ca',
    'certificate',
    'service-account-token',
  ]),
  cn: text('Common name (ca, certificate). Default: the name of the identity.').optional(),
  key,
  issuer: reference(
    'The CA that issued it, or `self-signed` (certificate). Default: default-ca, which exists if nobody declares it.',
  ).optional(),
  organizations: listOf(
    'Organizations, which Kubernetes reads as groups (certificate). Default: none.',
    text('An organization.'),
  )
    .max(20, 'at most 20')
    .optional(),
  sans: listOf(
    'DNS names and IPv4 addresses that it is valid for (certificate). Default: none.',
    text('A DNS name or an IPv4 address.'),
  )
    .max(100, 'at most 100')
    .optional(),
  usages: listOf('What it may be used for (certificate). Default: [server].', choice('A usage.', ['server', 'client']))
    .min(1, 'at least one usage')
    .optional(),
  notBefore: validityS(
    'Valid from here on, in whole seconds from tick 0; negative is before it (certificate). Default: 0s.',
  ).optional(),
  notAfter: validityS('Valid until here, in whole seconds from tick 0 (certificate). Default: 365d.').optional(),
  account: account('NAMESPACE/ACCOUNT that it stands for (service-account-token).').optional(),
  audience: text('Who is meant to accept it (service-account-token). Default: api.').optional(),
  expires: z
    .union([choice('A legacy token.', ['never']), validityS('Validity from tick 0.', { from: '1s' })])
    .meta({ description: 'Whole seconds from tick 0, or never (service-account-token). Default: 1h.' })
    .optional(),
  bound: choice(
    'pod: made for the pods of its account in the cluster, it dies with the last of them (service-account-token). Default: bound to none.',
    ['pod'],
  ).optional(),
}).meta({ description: 'A certificate authority, certificate or token.' })

export type IdentitySection = z.output<typeof identitySchema>
