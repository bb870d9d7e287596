import { autotuning, receiveBuffer, sendBuffer, sendBufferLimit } from './tcp-keys/buffers.ts'
import {
  congestion,
  hystart,
  limitedTransmit,
  pacing,
  profile,
  prr,
  recovery,
  tailLossProbe,
  undo,
} from './tcp-keys/congestion.ts'
import { ephemeralPorts, quickAcks, slowStartAfterIdle, timeWaitReuse } from './tcp-keys/connections.ts'
import { ecn, sack, timestamps, windowScaling } from './tcp-keys/options.ts'
import { delayedAck, initialWindow, minRto, nagle, timerTick, windowProbes } from './tcp-keys/segments.ts'
import type { TcpKey } from './tcp-keys/tcp-key.ts'

/** The keys of `hosts.NAME.tcp`. Schema, resolution, checks and `--print-config` derive from them. */
export const TCP_KEYS = {
  congestion,
  profile,
  recovery,
  undo,
  'limited-transmit': limitedTransmit,
  prr,
  'tail-loss-probe': tailLossProbe,
  hystart,
  pacing,
  timestamps,
  sack,
  'window-scaling': windowScaling,
  ecn,
  'initial-window': initialWindow,
  'min-rto': minRto,
  'window-probes': windowProbes,
  nagle,
  'delayed-ack': delayedAck,
  'timer-tick': timerTick,
  'ephemeral-ports': ephemeralPorts,
  'time-wait-reuse': timeWaitReuse,
  'quick-acks': quickAcks,
  'slow-start-after-idle': slowStartAfterIdle,
  autotuning,
  'receive-buffer': receiveBuffer,
  'send-buffer': sendBuffer,
  'send-buffer-limit': sendBufferLimit,
} satisfies Readonly<Record<string, TcpKey>>
