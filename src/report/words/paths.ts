import type { ModelledPathKind, PathKind, Scheme } from '../../cluster/paths/path-kind.ts'
import { PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const paths: List = {
  meaning: 'path kinds',
  noun: 'path kind',
  values: () => Object.values(PATH_KINDS),
  items: (columns) => Object.values(PATH_KINDS).map((kind) => ({ name: kind.name, text: pathText(kind, columns) })),
}

function pathText(kind: PathKind, columns?: number): string {
  const letters = kind.letters === '' ? '' : ` (${kind.letters})`
  const explanation = wrap(kind.explanation, 4, columns)
  if (!kind.modelled) return `  ${kind.name}${letters}: not modelled yet\n${explanation}`
  const { from, to } = kind.ends
  return [
    `  ${kind.name}${letters}\n${explanation}`,
    `    versions: ${kind.versions}\n`,
    from.inCluster === null ? '' : `    in a cluster: from ${from.inCluster} to ${to.inCluster ?? 'HOST'}\n`,
    ...kind.defaults.schemes.map((scheme) => `    ${schemeText(scheme, kind)}\n`),
  ].join('')
}

function schemeText(scheme: Scheme, { defaults, insecurePort }: ModelledPathKind): string {
  const { ports, protocols, tlsVersion, verify, client } = defaults
  const mark = scheme === defaults.scheme ? ', the default' : ''
  if (scheme === 'http')
    return `http${mark}: port ${ports.http}${insecurePort === undefined ? '' : ` at ${insecurePort.address}`}, ${protocols.http}`
  return `https${mark}: port ${ports.https}, ${protocols.https}, tls ${tlsVersion}, verify ${verify}, client ${client}`
}
