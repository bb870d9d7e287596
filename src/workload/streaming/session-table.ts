import type { Arena } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { Content, PieceList, Stream } from '../../transport/rows.ts'
import type { StreamSession } from '../rows.ts'

/** One row for each end of an upgraded connection, and for each end of a tunnel in one. */
export class SessionTable extends Table<StreamSession> {
  /** The stream that carries the frames, and the one whose data they carry. */
  readonly lower = this.handle<Stream>()
  readonly upper = this.handle<Stream>()
  /** The HttpRequest whose SessionPlan this is. */
  readonly request = this.int32()
  /** 1: the session is the tunnel around the one of the plan. */
  readonly isTunnel = this.int32()
  readonly isClient = this.int32()
  /** The number of streams that are open. */
  readonly opened = this.int32()
  /** Frames that wait to be written, by kind. */
  readonly pendingOpens = this.int32()
  readonly pendingReplies = this.int32()
  readonly pendingEnds = this.int32()
  readonly pendingPings = this.int32()
  readonly pendingPongs = this.int32()
  readonly pendingGreetings = this.int32()
  readonly pendingCloses = this.int32()
  /** The number of frames written with which this end finishes. */
  readonly endings = this.int32()
  /** The frame that is being written: its kind, or NONE; the next write of it; its content; whether it ends the data. */
  readonly frame = this.int32()
  readonly part = this.int32()
  readonly contentBytes = this.int32()
  readonly endsData = this.int32()
  /** Bytes of data that were written in frames. */
  readonly sentBytes = this.float64()
  /** Bytes of data that have arrived, as a list of Pieces, and of these that were delivered. */
  readonly pieces = this.handle<PieceList>()
  readonly arrivedBytes = this.float64()
  readonly deliveredBytes = this.float64()
  /** Bytes of data that were taken of the frame being read, where its reader is given parts of frames. */
  readonly partBytes = this.float64()
  readonly hasArrivedEnd = this.int32()
  readonly hasDeliveredEnd = this.int32()
  /** The changed copy that contributed a byte to the frame being read, held; NONE if there is none. */
  readonly alteredBy = this.handle<Content>()
  /**
   * The error with which a server ends the session, or that has ended it at a client: the length of the status that is
   * sent, its HTTP status (0: none), and the number of its message (proxy-error.ts).
   */
  readonly errorBytes = this.int32()
  readonly errorStatus = this.int32()
  readonly errorCode = this.int32()
  /** 1: the user of the data reads nothing more. */
  readonly isLetGo = this.int32()
  readonly hasLowerEnded = this.int32()
  readonly awaitsRoom = this.int32()
  readonly awaitsPong = this.int32()
  /** Identifies the session among the sessions of its host that ping; NONE for others. */
  readonly ordinal = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}
