import { didYouMean } from '../../values/did-you-mean.ts'
import type { Blueprint } from '../blueprint.ts'

/**
 * Names what to sample, and how often. A path stands for its TCP connections, for the tunnels that carry it, and for
 * the links that they cross. A link or segment (`wan`, or one direction `link/wan/forward`) stands for its directions.
 * A host stands for all ends of TCP connections on it.
 */
export type SampleRequest = {
  /** The time between two samples, at least 1. Samples are taken at its multiples. */
  readonly everyNs: number
} & ({ readonly path: string } | { readonly link: string } | { readonly host: string })

/** Returns the kind and the name of a request's subject. */
export function subjectOf(request: SampleRequest): { readonly kind: 'path' | 'link' | 'host'; readonly name: string } {
  if ('path' in request) return { kind: 'path', name: request.path }
  return 'link' in request ? { kind: 'link', name: request.link } : { kind: 'host', name: request.host }
}

/** Thrown for a request about something that the scenario does not have, and for an invalid interval. */
export class InvalidSampleRequest extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidSampleRequest'
  }
}

/** The subjects that a scenario has, of which samples can be taken by their names. */
type Sampled = Pick<Blueprint, 'hosts' | 'links' | 'segments' | 'paths'>

/**
 * Returns a request for each name of a path, link, segment, direction or host, or for each path that the scenario
 * declares if there is no name.
 * @throws InvalidSampleRequest for a name that the scenario does not have
 */
export function requestsFor(
  names: readonly string[],
  everyNs: number,
  { paths, links, segments, hosts }: Sampled,
): SampleRequest[] {
  const pathNames = new Set(paths.flatMap(({ name, declared }) => [name, declared]))
  const linkNames = new Set([...links, ...segments].map(({ name }) => name))
  const hostNames = new Set(hosts.map(({ name }) => name))
  if (names.length === 0) return [...new Set(paths.map(({ declared }) => declared))].map((path) => ({ path, everyNs }))
  return names.map((name): SampleRequest => {
    if (pathNames.has(name)) return { path: name, everyNs }
    if (linkNames.has(name) || isDirection(name, linkNames)) return { link: name, everyNs }
    if (hostNames.has(name)) return { host: name, everyNs }
    const hint = didYouMean(name, [...pathNames, ...linkNames, ...hostNames])
    const message = `${name}: the scenario has no path, link, segment or host of this name`
    throw new InvalidSampleRequest(hint === undefined ? message : `${message}; ${hint}`)
  })
}

/** Returns whether a name is that of a direction of a link or segment in results. */
function isDirection(name: string, links: ReadonlySet<string>): boolean {
  const [kind, link] = name.split('/')
  return (kind === 'link' || kind === 'segment') && links.has(link)
}
