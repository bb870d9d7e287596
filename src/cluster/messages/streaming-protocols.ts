import { CLOSE, END, GOAWAY, RESET, SPDY, STATUS, WEBSOCKET } from '../../workload/streaming/framings.ts'
import type { Ending, PlannedStream, SessionPlan } from '../../workload/streaming/session-plan.ts'

/** The use of an upgraded connection: a command with or without input, one in a terminal, or a forwarded connection. */
export type StreamUse = 'command' | 'command-with-input' | 'terminal' | 'forwarded-port'

/** The protocol after an upgrade. A tunnel is SPDY in the messages of a WebSocket. */
export type StreamingProtocol = 'spdy' | 'websocket' | 'tunnel'

/**
 * The lengths of deflated header blocks with the type of a stream: 31 bytes for the first, which begins the
 * compressor's stream, and then about one for each letter that is new to it. Measured with kubectl 1.32 against
 * containerd 1.7; `resize` is estimated.
 */
const ERROR = opened(31, 16)
const STDIN = opened(13)
const STDOUT = opened(15)
const STDERR = opened(11)
const RESIZE = opened(14)
/** With the port and the number of the forwarded connection (client-go tools/portforward/portforward.go). */
const PORT_ERROR: PlannedStream = { ...opened(51, 16), endsAtOnce: true }
const PORT_DATA = opened(15)

function opened(openBytes: number, openedBytes = 8): PlannedStream {
  return { openBytes, openedBytes, endsAtOnce: false }
}

/**
 * The streams that SPDY opens, in their order; client-go waits for the confirmation of each (client-go
 * tools/remotecommand/v2.go, v3.go; apimachinery pkg/util/httpstream/spdy/connection.go, CreateStream).
 */
const STREAMS: Readonly<Record<StreamUse, readonly PlannedStream[]>> = {
  command: [ERROR, STDOUT, STDERR],
  'command-with-input': [ERROR, STDIN, STDOUT, STDERR],
  terminal: [ERROR, STDIN, STDOUT, RESIZE],
  'forwarded-port': [PORT_ERROR, PORT_DATA],
}

/** `{"metadata":{},"status":"Success"}`, the result of a command (cri-streaming remotecommand, v4WriteStatusFunc). */
const SUCCESS: Ending = { kind: STATUS, contentBytes: 34, endsData: false }
const END_OF_STREAM: Ending = { kind: END, contentBytes: 0, endsData: false }
const END_OF_DATA: Ending = { kind: END, contentBytes: 0, endsData: true }
const CLOSING: Ending = { kind: CLOSE, contentBytes: 0, endsData: true }

const RESET_STREAM: Ending = { kind: RESET, contentBytes: 0, endsData: false }
const GOING_AWAY: Ending = { kind: GOAWAY, contentBytes: 0, endsData: true }

/**
 * Returns the frames with which a container runtime finishes. After a command, it writes the result and closes the
 * connection, which resets all streams (spdystream connection.go, Close). The streams of a forwarded connection end
 * normally.
 */
function spdyEndings(use: StreamUse): readonly Ending[] {
  if (use === 'forwarded-port') return [END_OF_STREAM, END_OF_DATA]
  return [SUCCESS, ...STREAMS[use].map(() => RESET_STREAM), GOING_AWAY]
}

/** Returns the course of an upgraded connection. `pingNs`: the time between the client's pings; null for none. */
export function sessionPlan(use: StreamUse, protocol: StreamingProtocol, pingNs: number | null): SessionPlan {
  const isPort = use === 'forwarded-port'
  const common = {
    pingNs,
    clientEndings: use === 'command-with-input' ? [END_OF_DATA] : [],
    serverCloses: !isPort,
    isTunnelled: protocol === 'tunnel',
  }
  if (protocol === 'websocket')
    return {
      ...common,
      framing: WEBSOCKET,
      opens: [],
      greets: true,
      serverEndings: [SUCCESS, CLOSING],
      clientCloses: [],
    }
  return {
    ...common,
    framing: SPDY,
    opens: STREAMS[use],
    greets: false,
    serverEndings: spdyEndings(use),
    clientCloses: isPort ? [RESET, GOAWAY] : [],
  }
}
