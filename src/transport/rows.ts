import type { Row } from '../engine/table.ts'

export type { Content } from '../network/rows.ts'

/** A row of BufferTable (sending/write-queue.ts). */
export type WriteBuffer = Row<'WriteBuffer'>

/** A row of ConnectionTable (connections/connection.ts). */
export type Connection = Row<'Connection'>

/** A row of MarkTable (streams/content.ts). */
export type Mark = Row<'Mark'>

/** A row of PieceListTable (streams/pieces.ts). */
export type PieceList = Row<'PieceList'>

/** A row of PieceTable (streams/pieces.ts). */
export type Piece = Row<'Piece'>

/** A row of PortMapTable (connections/port-maps.ts). */
export type PortMap = Row<'PortMap'>

/** A row of ProxiedTable (tcp-proxies.ts). */
export type ProxiedConnection = Row<'ProxiedConnection'>

/** A row of RangeTable (receiving/reassembly.ts). */
export type ReceivedRange = Row<'ReceivedRange'>

/** A row of RelayTable (streams/relay.ts). */
export type Relay = Row<'Relay'>

/** A row of SegmentTable (connections/segment-table.ts). */
export type Segment = Row<'Segment'>

/** A row of StreamTable (streams/byte-stream.ts). */
export type Stream = Row<'Stream'>
