import type { Row } from '../engine/table.ts'

/** A row of SshChannelTable (ssh-session.ts). */
export type SshChannel = Row<'SshChannel'>

/** A row of SshSessionTable (ssh-session.ts). */
export type SshSession = Row<'SshSession'>

/** A row of TlsSessionTable (tls-session.ts). */
export type TlsSession = Row<'TlsSession'>
