import { capturePackets } from '../../packets/capture-packets.ts'
import { jsonOf } from '../../report/json.ts'
import { run } from '../../simulation/run.ts'
import type { ResultFile, ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'
import { MOST_EVENTS } from './simulate.ts'

/** The most bytes of a capture that a page makes. */
const MOST_BYTES = 256 * 1024 * 1024

/** Answers with the packets of a scenario as a file for Wireshark, or with the result as a file that Node prints too. */
export function writeFile(question: ScenarioText & { readonly format: ResultFile }, desk: Desk): void {
  const known = read(question, desk)
  if (known === null) return
  const { scenario } = known.loaded
  const { format } = question
  const file =
    format === 'pcapng'
      ? (capturePackets(scenario, { mostBytes: MOST_BYTES }) as Uint8Array<ArrayBuffer>)
      : new TextEncoder().encode(jsonOf(run(scenario, { maxEvents: MOST_EVENTS }).result, true))
  desk.reply({ kind: 'file', format, file }, [file.buffer])
}
