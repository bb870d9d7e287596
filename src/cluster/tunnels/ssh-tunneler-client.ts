import { type SshClient, X_CRYPTO_0_31, X_CRYPTO_2017, X_CRYPTO_2018, X_CRYPTO_2020 } from '../../security/ssh-peers.ts'
import type { KubernetesVersion } from '../versions/kubernetes-version.ts'
import { over, stepAt } from '../versions/version-steps.ts'

/** The version of golang.org/x/crypto that each release vendors. Releases without SSH tunnels get the newest. */
const LIBRARIES = over<SshClient>(
  // The revision of June 2015 differs from that of 2017 only in that it lacks the MAC hmac-sha2-256-etm.
  [6, X_CRYPTO_2017, 'AS release-1.6 and 1.7 Godeps.json: d172538; 1.8.0 to 1.10.0: 81e9090'],
  [11, X_CRYPTO_2018, 'AS 1.11.0 Godeps.json: 4979611; 1.12.0 to 1.14.0: de07523; 1.17.0 go.mod: 60c769a'],
  [18, X_CRYPTO_2020, 'AS 1.18.0 go.mod: bac4c82; 1.21.0: 5ea612d'],
  [22, X_CRYPTO_0_31, 'k/k#102297: no SSH tunnels'],
)

/** The SSH client with which an apiserver of this version dials tunnels. */
export function sshClientOf({ minor }: KubernetesVersion): SshClient {
  return stepAt(LIBRARIES, minor).value
}
