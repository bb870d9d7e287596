import { capturePackets } from '../../packets/capture-packets.ts'
import type { ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'

/** The most bytes of a capture that a page makes. */
const MOST_BYTES = 256 * 1024 * 1024

/** Answers with the packets of a scenario as a file for Wireshark. */
export function writeCapture(question: ScenarioText, desk: Desk): void {
  const known = read(question, desk)
  if (known === null) return
  const file = capturePackets(known.loaded.scenario, { mostBytes: MOST_BYTES }) as Uint8Array<ArrayBuffer>
  desk.reply({ kind: 'capture', file }, [file.buffer])
}
