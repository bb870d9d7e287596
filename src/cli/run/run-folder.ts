import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
import { onFile, UsageError } from '../usage-error.ts'

export const SUMMARY = 'summary.json'
const UNFINISHED = 'unfinished'
const REASON = 'reason.txt'
const FILES = ['scenario.yaml', ...namesOf(RUN_FILES), 'packets.digest', SUMMARY]

/** Files beside the summary that say over again what it says, for spreadsheets. */
export function tablesOf(result: Result): { readonly name: string; readonly text: string }[] {
  return namesOf(RUN_FILES).flatMap((name) => {
    const text = RUN_FILES[name].write(result)
    return text === null ? [] : [{ name, text }]
  })
}

/**
 * A folder that holds one run. Until the run has ended, all that is new stands in its subfolder `unfinished`, so
 * that whatever stops the run, the earlier result is untouched and the new one is marked for what it is.
 */
export class RunFolder {
  readonly path: string
  readonly #unfinished: string

  private constructor(path: string) {
    this.path = path
    this.#unfinished = join(path, UNFINISHED)
  }

  /** Opens it for a run of this scenario; @throws UsageError where there is something else. */
  static open(path: string, scenario: object): RunFolder {
    if (path === '' || path === '-') throw new UsageError('--out takes the name of a folder')
    return onFile('write to', path, () => {
      refuseOtherFolders(path)
      const folder = new RunFolder(path)
      rmSync(folder.#unfinished, { recursive: true, force: true })
      makeFolder(folder.#unfinished)
      folder.#write('scenario.yaml', stringify(scenario, { lineWidth: 0 }))
      return folder
    })
  }

  /** The new result takes the place of the earlier one. */
  finish({ result, packetDigests }: Run): void {
    onFile('write to', this.path, () => {
      this.#writeResult({ result, packetDigests })
      for (const name of FILES) {
        if (existsSync(join(this.#unfinished, name))) renameSync(join(this.#unfinished, name), join(this.path, name))
        // Without attackers there are no verdicts, and those of an earlier run are none of this one.
        else rmSync(join(this.path, name), { force: true })
      }
      rmSync(this.#unfinished, { recursive: true })
    })
  }

  /** What there was when somebody stopped the run stays in `unfinished`, with the reason. */
  keepPartial(run: Run, reason: string): void {
    onFile('write to', this.path, () => this.#writeResult(run))
    this.abandon(reason)
  }

  /** Says in `unfinished` why the run never ended. */
  abandon(reason: string): void {
    onFile('write to', this.path, () => this.#write(REASON, `${reason}\n`))
  }

  #writeResult({ result, packetDigests }: Run): void {
    for (const { name, text } of tablesOf(result)) this.#write(name, text)
    this.#write('packets.digest', encodePacketDigests(packetDigests))
    this.#write(SUMMARY, jsonDocument(result))
  }

  #write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#unfinished, name), content)
  }
}

/** With those above it. Node's own `recursive` never returns where none can be made, as below /proc. */
export function makeFolder(path: string): void {
  if (!existsSync(dirname(path))) makeFolder(dirname(path))
  if (!existsSync(path)) mkdirSync(path)
}

/** Only an empty folder or an earlier run's may be written to, since the names are common ones. */
function refuseOtherFolders(path: string): void {
  if (!existsSync(path)) return
  const names = readdirSync(path)
  const others = names.filter((name) => name !== UNFINISHED)
  const hasUnfinished = others.length < names.length
  const isAllowed = hasUnfinished
    ? isUnfinishedRun(join(path, UNFINISHED)) && (others.every(isOurs) || isFinishedRun(path))
    : others.length === 0 || isFinishedRun(path)
  if (!isAllowed)
    throw new UsageError(
      `cannot write to ${path}: it holds other files; name a new folder, an empty one or that of a run`,
    )
}

function isFinishedRun(path: string): boolean {
  const summary = join(path, SUMMARY)
  return existsSync(summary) && parseResult(readTextFile(summary)) !== null
}

function isUnfinishedRun(path: string): boolean {
  return readdirSync(path).every((name) => name === REASON || isOurs(name))
}

function isOurs(name: string): boolean {
  return FILES.includes(name)
}

/** One run goes to the folder itself, several to subfolders with the names of their scenarios. */
export function openRunFolders(path: string, loaded: readonly LoadedScenario[]): RunFolder[] {
  if (loaded.length === 1) return [RunFolder.open(path, loaded[0].document)]
  const names = loaded.map(({ scenario }) => scenario.blueprint.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new UsageError(`cannot write two runs of a scenario named ${twice} to ${path}: run them one by one`)
  return loaded.map(({ document }, i) => RunFolder.open(join(path, names[i]), document))
}
