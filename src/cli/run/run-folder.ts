import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { namesOf } from '../../engine/registry.ts'
import type { Result } from '../../measure/result.ts'
import { RUN_FILES } from '../../report/formats.ts'
import { jsonDocument } from '../../report/json.ts'
import { encodePacketDigests } from '../../report/packet-digests.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Run } from '../../simulation/run.ts'
import { parseResult } from '../input/parse-result.ts'
import { readTextFile } from '../input/read-text.ts'
import { UsageError } from '../usage-error.ts'
import { OutputFolder } from './output-folder.ts'

export const SUMMARY = 'summary.json'
export const SCENARIO = 'scenario.yaml'
const FILES = [SCENARIO, ...namesOf(RUN_FILES), 'packets.digest', SUMMARY]

/** Returns the CSV files of a run folder, which repeat the summary for spreadsheets. */
export function tablesOf(result: Result): { readonly name: string; readonly text: string }[] {
  return namesOf(RUN_FILES).flatMap((name) => {
    const text = RUN_FILES[name].write(result)
    return text === null ? [] : [{ name, text }]
  })
}

/** A folder that holds one run: its scenario, result and packet digests. */
export class RunFolder {
  readonly path: string
  readonly #folder: OutputFolder

  private constructor(folder: OutputFolder) {
    this.path = folder.path
    this.#folder = folder
  }

  /** Opens a folder for a run of this scenario. @throws UsageError when the folder holds other files */
  static open(path: string, scenario: object): RunFolder {
    const folder = new RunFolder(OutputFolder.open(path, 'run', FILES, () => isFinishedRun(path)))
    folder.#folder.write(() => folder.#write(SCENARIO, stringify(scenario, { lineWidth: 0 })))
    return folder
  }

  /** Replaces the earlier result by the new one. */
  finish(run: Run): void {
    const { unfinishedPath } = this.#folder
    this.#folder.write(() => {
      this.#writeResult(run)
      for (const name of FILES) {
        if (existsSync(join(unfinishedPath, name))) renameSync(join(unfinishedPath, name), join(this.path, name))
        // Without attackers there is no verdicts.csv, and the file of an earlier run must not remain.
        else rmSync(join(this.path, name), { force: true })
      }
      rmSync(unfinishedPath, { recursive: true })
    })
  }

  /** Keeps the partial result of an interrupted run in `unfinished`, with the reason. */
  keepPartial(run: Run, reason: string): void {
    this.#folder.write(() => this.#writeResult(run))
    this.abandon(reason)
  }

  /** Writes into `unfinished` why the run never ended. */
  abandon(reason: string): void {
    this.#folder.abandon(reason)
  }

  #writeResult({ result, packetDigests }: Run): void {
    for (const { name, text } of tablesOf(result)) this.#write(name, text)
    this.#write('packets.digest', encodePacketDigests(packetDigests))
    this.#write(SUMMARY, jsonDocument(result))
  }

  #write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#folder.unfinishedPath, name), content)
  }
}

function isFinishedRun(path: string): boolean {
  const summary = join(path, SUMMARY)
  return existsSync(summary) && parseResult(readTextFile(summary)) !== null
}

/** Opens the folder for one run, or a subfolder for each of several runs, named after their scenarios. */
export function openRunFolders(path: string, loaded: readonly LoadedScenario[]): RunFolder[] {
  if (loaded.length === 1) return [RunFolder.open(path, loaded[0].document)]
  const names = loaded.map(({ scenario }) => scenario.blueprint.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new UsageError(`cannot write to ${path}: two scenarios have the name ${twice}; run them one by one`)
  return loaded.map(({ document }, i) => RunFolder.open(join(path, names[i]), document))
}
