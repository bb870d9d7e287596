import { over } from '../versions/version-steps.ts'
import type { KubeletConfiguration } from './configuration.ts'
import { type FlagName, type Refusal, refuseUnless } from './flag.ts'

/** The flag that names the configuration file. */
export const configFile: FlagName = {
  name: 'config',
  // Configuration files were alpha until 1.10.
  releases: over([6, 'absent', 'kubernetes/website#5694'], [8, 'present', 'kubernetes/website#5694']),
  absence: 'configuration files exist from 1.8 on; for older releases, write cluster.kubelet.flags',
}

/** Descriptions of those parts of a configuration file that hold nested fields. */
export const KUBELET_PARTS: Readonly<Record<string, string>> = {
  authentication: 'How the sender of a request is established.',
  'authentication.anonymous': 'Requests without credentials.',
  'authentication.webhook': 'Bearer tokens.',
  'authentication.x509': 'Client certificates.',
  authorization: 'Whether a request is allowed.',
  'authorization.webhook': 'The cache of answers of the apiserver.',
}

/** Refuses a kubelet without any authenticator (apiserver pkg/authentication/authenticatorfactory/delegating.go). */
export function refuseNoAuthentication(configuration: KubeletConfiguration): readonly Refusal[] {
  const { anonymousEnabled, webhookEnabled, clientCa } = configuration
  return refuseUnless(anonymousEnabled || webhookEnabled || clientCa !== null, {
    code: 'contradiction',
    message: 'no authentication method configured',
    hint: 'give it a client CA, or enable the webhook',
  })
}
