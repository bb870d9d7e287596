import type { Row } from '../engine/table.ts'

/** A row of AlteredTable (agents/tampering-agent.ts). */
export type Altered = Row<'Altered'>

/** A row of AttackerRequestTable (sockets/attacker-request-table.ts). */
export type AttackerRequest = Row<'AttackerRequest'>

/** A row of DecisionTable (state/decisions.ts). */
export type DecisionEntry = Row<'DecisionEntry'>

/** A row of EndTable (wiretap/session-book.ts). */
export type End = Row<'End'>

/** A row of ForgedTable (forge.ts). */
export type Forged = Row<'Forged'>

/** A row of KeptTable (wiretap/locks.ts). */
export type Kept = Row<'Kept'>

/** A row of KnowledgeTable (state/knowledge-log.ts). */
export type KnowledgeEntry = Row<'KnowledgeEntry'>

/** A row of LockTable (wiretap/locks.ts). */
export type Lock = Row<'Lock'>

/** A row of PassedTable (state/passed-requests.ts). */
export type ProxiedRequestEntry = Row<'PassedRequest'>

/** A row of RangeTable (wiretap/views.ts). */
export type SeenRange = Row<'SeenRange'>

/** A row of RefusalTable (state/refusals.ts). */
export type RefusalEntry = Row<'RefusalEntry'>

/** A row of RelayedTable (wiretap/relayed-answers.ts). */
export type Relayed = Row<'Relayed'>

/** A row of TallyTable (state/tally.ts). */
export type EventCountEntry = Row<'TallyEntry'>

/** A row of ViewTable (wiretap/views.ts). */
export type View = Row<'View'>
