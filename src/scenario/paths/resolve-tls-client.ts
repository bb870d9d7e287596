import { kubeletClientSettings } from '../../cluster/paths/connection-settings.ts'
import type { TlsBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { checkIdentity } from '../identities/check-identity.ts'
import type { Identities } from '../identities/identities.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import type { ResolvedEnds } from './resolve-ends.ts'

export interface ClientContext {
  readonly identities: Identities
  readonly cluster: ClusterEnvironment | null
  readonly findings: Findings
}

type Client = TlsBlueprint['client']

/** Returns the credential of the client of a path. */
export function clientOf(path: ResolvedEnds, context: ClientContext): Client {
  const wanted = path.section.tls?.client ?? path.defaults.client
  const place = ['paths', path.declared, 'tls', 'client']
  if (wanted === 'none') return { kind: 'none' }
  if (wanted === 'certificate') return certificateFor(path, context)
  if (wanted === 'token') return tokenFor(path, place, context)
  const { certificate, token } = wanted
  if ((certificate === undefined) === (token === undefined)) {
    context.findings.contradict(place, 'the client needs either a certificate or a token', {
      hint: 'write it like { certificate: NAME }',
    })
    return { kind: 'none' }
  }
  if (certificate !== undefined) {
    checkIdentity([...place, 'certificate'], certificate, 'certificate', context)
    return { kind: 'certificate', certificate }
  }
  checkIdentity([...place, 'token'], token!, 'service-account-token', context)
  return { kind: 'token', token: token! }
}

function certificateFor(path: ResolvedEnds, context: ClientContext): Client {
  const certificate = certificateNameFor(path, context)
  return certificate === null ? { kind: 'none' } : { kind: 'certificate', certificate }
}

function certificateNameFor({ defaults, from }: ResolvedEnds, { identities, cluster }: ClientContext): string | null {
  switch (defaults.clientCertificate) {
    case 'kubelet-client':
      if (cluster === null) return identities.kubeletClientCertificate()
      return kubeletClientSettings(cluster.apiserver).clientCertificate
    case 'node':
      return identities.nodeCertificate(from.host)
    case 'scheduler':
      return identities.schedulerCertificate()
    case 'host':
      return identities.clientCertificate(from.host)
  }
}

/** Returns the token of a client. A pod sends its mounted token if it has one. */
function tokenFor({ from }: ResolvedEnds, place: TreePath, context: ClientContext): Client {
  const pod = from.pod === null ? undefined : context.cluster?.members.podSections.get(from.pod.app)
  if (pod === undefined) return { kind: 'token', token: onlyToken(place, context) }
  return pod.token === false ? { kind: 'none' } : { kind: 'token', token: IDENTITY_NAMES.podToken(from.pod!.app) }
}

function onlyToken(place: TreePath, { identities, findings }: ClientContext): string {
  const tokens = identities.all
    .filter(({ kind, name }) => kind === 'service-account-token' && name !== 'default-token')
    .map(({ name }) => name)
  if (tokens.length > 1)
    findings.contradict(place, `the scenario declares several tokens: ${tokens.join(', ')}`, {
      hint: `name one of them, as in { token: ${tokens[0]} }`,
    })
  return tokens[0] ?? identities.defaultToken()
}
