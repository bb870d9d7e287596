import { join } from 'node:path'
import { stringify } from 'yaml'
import { UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { RUN_FILES } from '../../report/formats.ts'
import { jsonDocument } from '../../report/json.ts'
import { encodePacketDigests } from '../../report/packet-digests.ts'
import { tablesOf } from '../../report/run/run-tables.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Run } from '../../simulation/run.ts'
import { isSummary } from '../../study/compare/parse-result.ts'
import type { Files } from '../files/files.ts'
import { type FolderKind, type Inputs, OutputFolder } from '../files/output-folder.ts'

export const SCENARIO = 'scenario.yaml'
export const DIGESTS = 'packets.digest'
export const SUMMARY = 'summary.json'

/** The files of a run folder, the one that makes it complete last. */
export const RUN_NAMES = [SCENARIO, ...namesOf(RUN_FILES), DIGESTS, SUMMARY]

const KIND: FolderKind = {
  noun: 'run',
  names: RUN_NAMES,
  subfolders: [],
  isOfEarlierVersion(path, files) {
    const summary = join(path, SUMMARY)
    return files.kindOf(summary) === 'file' && isSummary(new TextDecoder().decode(files.read(summary)))
  },
}

/** A folder that holds one run: its scenario, result and packet digests. */
export class RunFolder {
  readonly path: string
  readonly #folder: OutputFolder

  private constructor(folder: OutputFolder) {
    this.path = folder.path
    this.#folder = folder
  }

  /** Opens a folder for a run of this scenario. @throws UsageError when the folder may not be written to */
  static open(path: string, scenario: object, inputs: Inputs, files: Files): RunFolder {
    const folder = new RunFolder(OutputFolder.open(path, KIND, inputs, files))
    folder.#folder.write(SCENARIO, stringify(scenario, { lineWidth: 0 }))
    return folder
  }

  /** Replaces the earlier result by the new one. */
  finish(run: Run): void {
    this.#writeResult(run)
    this.#folder.finish()
  }

  /** Keeps the partial result of an interrupted run in `unfinished`, with the reason. */
  keepPartial(run: Run, reason: string): void {
    this.#writeResult(run)
    this.abandon(reason)
  }

  /** Writes into `unfinished` why the run never ended. */
  abandon(reason: string): void {
    this.#folder.abandon(reason)
  }

  /** Leaves the folder as it was, before the run began. */
  release(): void {
    this.#folder.release()
  }

  #writeResult({ result, packetDigests }: Run): void {
    for (const { name, text } of tablesOf(result)) this.#folder.write(name, text)
    this.#folder.write(DIGESTS, encodePacketDigests(packetDigests))
    this.#folder.write(SUMMARY, jsonDocument(result))
  }
}

/** Opens the folder for one run, or a subfolder for each of several runs, named after their scenarios. */
export function openRunFolders(
  path: string,
  loaded: readonly LoadedScenario[],
  inputs: Inputs,
  files: Files,
): RunFolder[] {
  if (loaded.length === 1) return [RunFolder.open(path, loaded[0].document, inputs, files)]
  const names = loaded.map(({ scenario }) => scenario.blueprint.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new UsageError(`cannot write to ${path}: two scenarios have the name ${twice}; run them one by one`)
  const folders: RunFolder[] = []
  try {
    for (const [i, { document }] of loaded.entries())
      folders.push(RunFolder.open(join(path, names[i]), document, inputs, files))
  } catch (error) {
    for (const folder of folders) folder.release()
    throw error
  }
  return folders
}
