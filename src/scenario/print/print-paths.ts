import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { AgentAuthenticationBlueprint } from '../../simulation/blueprint-cluster.ts'
import { buildTree, type TreeInput } from '../tree/build-tree.ts'
import type { Origin } from '../tree/origin.ts'
import type { Tree } from '../tree/tree.ts'

/** Returns the default values of paths. A value is left out if the instances of a path differ in it. */
export function pathDefaults({ paths, cluster }: Blueprint, origin: Origin): Tree {
  const byDeclared = new Map<string, PathBlueprint[]>()
  for (const path of paths) byDeclared.set(path.declared, [...(byDeclared.get(path.declared) ?? []), path])
  const sections = [...byDeclared].map(([name, instances]): [string, Tree] => {
    const position = origin(`default of ${instances[0].kind}${cluster === null ? '' : ' in this cluster'}`)
    return [name, buildTree(sectionOf(instances, cluster !== null), position)]
  })
  return buildTree({ paths: Object.fromEntries(sections) }, origin('default'))
}

function sectionOf(
  instances: readonly PathBlueprint[],
  isInCluster: boolean,
): { readonly [key: string]: TreeInput | undefined } {
  const common = <Value extends TreeInput>(read: (path: PathBlueprint) => Value): Value | undefined => {
    const value = read(instances[0])
    return instances.every((path) => read(path) === value) ? value : undefined
  }
  const { kind, tls, tunnel } = instances[0]
  const isTls = common(({ tls }) => tls !== null)
  return {
    kind,
    scheme: common(({ tls }) => (tls === null ? 'http' : 'https')),
    // A path to a service gives the port of the service, not the endpoint's port.
    port: pathKind(kind).dials === 'endpoint' && isInCluster ? undefined : common(({ port }) => port),
    tls:
      tls === null || isTls !== true
        ? undefined
        : {
            version: tls.version,
            verify: tls.verify,
            ca: tls.verify === 'none' ? undefined : common(({ tls }) => tls!.ca),
            client: common(({ tls }) => tls!.client.kind),
            'key-exchange': tls.keyExchange,
          },
    tunnel: tunnelOf(tunnel, isInCluster),
  }
}

function tunnelOf(tunnel: PathBlueprint['tunnel'], isInCluster: boolean): TreeInput | undefined {
  if (tunnel === null) return 'none'
  const via = isInCluster ? undefined : tunnel.via.length === 1 ? tunnel.via[0] : [...tunnel.via]
  if (tunnel.kind === 'ssh') return { kind: 'ssh', warm: tunnel.warm, 'host-key': tunnel.hostKey, via }
  const { kind, warm, strategy, authentication } = tunnel
  return { kind, warm, strategy, ...authenticationOf(authentication), via }
}

function authenticationOf(
  authentication: AgentAuthenticationBlueprint,
): Readonly<Record<string, TreeInput | undefined>> {
  const { kind } = authentication
  switch (kind) {
    case 'none':
      return { authentication: kind }
    case 'token': {
      const [namespace, account] = authentication.account.split('/')
      return {
        authentication: kind,
        'authentication-audience': authentication.audience,
        'agent-namespace': namespace,
        'agent-service-account': account,
      }
    }
    case 'certificate':
      return { authentication: kind, 'cluster-ca-cert': authentication.authority ?? undefined }
  }
}
