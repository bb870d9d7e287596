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
