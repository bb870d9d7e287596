import type { StreamMessage } from './stream-content.ts'

/** The layer that wrote a message. MarkTable lists the range of kinds of each layer. */
export type MessageLayer = 'tls' | 'ssh' | 'http' | 'konnectivity' | 'data'

export function layerOf({ kind }: Pick<StreamMessage, 'kind'>): MessageLayer {
  if (kind >= 1 && kind <= 9) return 'tls'
  if (kind >= 11 && kind <= 19) return 'ssh'
  if (kind >= 21 && kind <= 39) return 'http'
  if (kind >= 41 && kind <= 49) return 'konnectivity'
  return 'data'
}
