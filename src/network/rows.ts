import type { Row } from '../engine/table.ts'

/** A row of AccountTable (account.ts). */
export type Account = Row<'Account'>

/** A row of ActivityTable (activity.ts). */
export type Activity = Row<'Activity'>

/** A row of ClaimTable (neighbours.ts). */
export type Claim = Row<'Claim'>

/** The data that a packet carries: a row of ContentTable, which is in transport/ (streams/content.ts). */
export type Content = Row<'Content'>

/** A row of CoreTable (cores.ts). */
export type Core = Row<'Core'>

/** A row of EndpointSetTable (translation.ts). */
export type EndpointSet = Row<'EndpointSet'>

/** A row of EndpointTable (translation.ts). */
export type EndpointEntry = Row<'EndpointEntry'>

/** A row of HostQueueTable (processor-tables.ts). */
export type HostQueue = Row<'HostQueue'>

/** A row of JobTable (processor-tables.ts). */
export type Job = Row<'Job'>

/** A row of LinkDirectionTable (link-direction.ts). */
export type LinkDirection = Row<'LinkDirection'>

/** A row of PacketTable (packet.ts). */
export type Packet = Row<'Packet'>

/** A row of ProgramTable (processor-tables.ts). */
export type Program = Row<'Program'>

/** A row of RememberedNumbers (remembered.ts). */
export type RememberedNumber = Row<'RememberedNumber'>

/** A row of SweepTable (middleboxes.ts). */
export type Sweep = Row<'Sweep'>

/** A row of TrackedTable (connection-tracking.ts). */
export type Tracked = Row<'Tracked'>

/** A row of TupleTable (connection-tracking.ts). */
export type Tuple = Row<'Tuple'>

/** A row of WaitTable (waits.ts). */
export type Wait = Row<'Wait'>
