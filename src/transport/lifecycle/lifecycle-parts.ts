import type { NumberedRows } from '../../engine/numbered-rows.ts'
import type { Demultiplexer } from '../connections/demultiplexer.ts'
import type { Receiver, ReceivingParts } from '../receiving/receiver.ts'
import type { Connection } from '../rows.ts'
import type { Acknowledgement } from '../sending/acknowledgement.ts'
import type { Sender } from '../sending/sender.ts'
import type { SendingParts } from '../sending/sending-parts.ts'

/** The parts shared by the classes that open connections, check their packets, and end them. */
export interface LifecycleParts extends SendingParts, ReceivingParts {
  readonly demultiplexer: Demultiplexer
  /** The index of connections by the numbers that their timers' events carry. */
  readonly numbers: NumberedRows<Connection>
  readonly sender: Sender
  readonly receiver: Receiver
  readonly acknowledgement: Acknowledgement
}
