/** The kinds of packets that a step can match. A packet with data and FIN is of kind data. */
export const PACKET_KINDS = ['any', 'syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] as const
export type PacketKind = (typeof PACKET_KINDS)[number]
