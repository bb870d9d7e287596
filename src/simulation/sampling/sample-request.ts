/**
 * Names a thing to sample, and how often. A path stands for its TCP connections, with the tunnels that carry it, and
 * for the links that they cross. A link or segment, by its name (`wan`) or that of one direction (`link/wan/forward`),
 * stands for its directions. A host stands for all ends of TCP connections on it.
 */
export type SampleRequest = {
  /** Time between two samples, at least 1. Samples lie at its multiples. */
  readonly everyNs: number
} & ({ readonly path: string } | { readonly link: string } | { readonly host: string })

/** Returns the kind and the name of what a request is about. */
export function subjectOf(request: SampleRequest): { readonly kind: 'path' | 'link' | 'host'; readonly name: string } {
  if ('path' in request) return { kind: 'path', name: request.path }
  return 'link' in request ? { kind: 'link', name: request.link } : { kind: 'host', name: request.host }
}

/** Thrown for a request that asks for what the scenario does not have, or for an impossible interval. */
export class InvalidSampleRequest extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidSampleRequest'
  }
}
