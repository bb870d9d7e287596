import type { Row } from '../engine/table.ts'

/** A row of AlteredTable (agents/tampering-agent.ts). */
export type Altered = Row<'Altered'>

/** A row of AttackerRequestTable (sockets/attacker-request-table.ts). */
export type AttackerRequest = Row<'AttackerRequest'>

/** A row of DecisionTable (state/decisions.ts). */
export type DecisionEntry = Row<'DecisionEntry'>

/** A row of EndTable (wiretap/session-registry.ts). */
export type End = Row<'End'>

/** A row of ForgedTable (forge.ts). */
export type Forged = Row<'Forged'>

/** A row of FrameTable (wiretap/frame-packets.ts). */
export type Frame = Row<'Frame'>

/** A row of KeptTable (wiretap/locks.ts). */
export type Kept = Row<'Kept'>

/** A row of KnowledgeTable (state/knowledge-log.ts). */
export type KnowledgeEntry = Row<'KnowledgeEntry'>

/** A row of LockTable (wiretap/locks.ts). */
export type Lock = Row<'Lock'>

/** A row of OpenedTable (state/opened-connections.ts). */
export type OpenedConnection = Row<'OpenedConnection'>

/** A row of PassedOnTable (state/passed-on-log.ts). */
export type PassedOnEntry = Row<'PassedOnEntry'>

/** A row of PassedOnPieceTable (state/passed-on-log.ts). */
export type PassedOnPiece = Row<'PassedOnPiece'>

/** A row of RangeTable (wiretap/seen-ranges.ts). */
export type SeenRange = Row<'SeenRange'>

/** A row of RefusalTable (state/refusals.ts). */
export type RefusalEntry = Row<'RefusalEntry'>

/** A row of ResponseStepTable (wiretap/response-steps.ts). */
export type ResponseStep = Row<'ResponseStep'>

/** A row of EventCountTable (state/event-counts.ts). */
export type EventCountEntry = Row<'EventCountEntry'>

/** A row of ViewTable (wiretap/seen-ranges.ts). */
export type View = Row<'View'>
