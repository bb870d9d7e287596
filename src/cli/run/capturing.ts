import { UsageError } from '../../disk/usage-error.ts'
import {
  type CaptureSubject,
  captureSubject,
  EVERYTHING,
  UnknownCaptureSubject,
} from '../../packets/pcap/capture-subject.ts'
import { isCapture } from '../../packets/pcap/pcapng.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { expandBlueprint } from '../../simulation/expand.ts'
import type { Files } from '../files/files.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import type { Io } from '../io.ts'
import type { CaptureTask, SimulatedRun } from '../simulation/capture-task.ts'
import { noteWritten } from '../written.ts'
import type { RunOptions } from './run-options.ts'

/** The most bytes of a capture, unless the user asks for more: Wireshark reads a larger file slowly. */
const DEFAULT_MOST_BYTES = 2 ** 30

interface CaptureFile {
  readonly output: OutputFile
  readonly task: CaptureTask
}

/** The captures of a run, and the files for them. */
export class Capturing {
  readonly #files: readonly CaptureFile[]

  private constructor(files: readonly CaptureFile[]) {
    this.#files = files
  }

  get tasks(): readonly CaptureTask[] {
    return this.#files.map(({ task }) => task)
  }

  /** Prepares a capture; returns null if none is asked for. */
  static open(
    { pcap, pcapOf, pcapPlaintext, pcapSize }: RunOptions,
    scenarios: readonly CheckedScenario[],
    inputs: Inputs,
    files: Files,
  ): Capturing | null {
    if (pcap === undefined && pcapPlaintext === undefined) {
      if (pcapOf !== undefined || pcapSize !== undefined)
        throw new UsageError('--pcap-of and --pcap-size need --pcap or --pcap-plaintext, the file for the packets')
      return null
    }
    if (scenarios.length > 1) throw new UsageError('--pcap and --pcap-plaintext need exactly one scenario file')
    if (pcap === pcapPlaintext) throw new UsageError('--pcap and --pcap-plaintext need different files')
    const subject = pcapOf === undefined ? EVERYTHING : subjectNamed(pcapOf, scenarios[0])
    if (pcapPlaintext !== undefined && subject.kind !== 'host' && subject.kind !== 'attacker')
      throw new UsageError('--pcap-plaintext needs --pcap-of with the host or the attacker whose keys decrypt')
    const mostBytes = pcapSize ?? DEFAULT_MOST_BYTES
    const open = (option: string, path: string, isPlaintext: boolean): CaptureFile => {
      const output = OutputFile.open(path, isCapture, inputs, files, option)
      return { output, task: { path: output.temporaryPath, subject, isPlaintext, mostBytes } }
    }
    return new Capturing([
      ...(pcap === undefined ? [] : [open('--pcap', pcap, false)]),
      ...(pcapPlaintext === undefined ? [] : [open('--pcap-plaintext', pcapPlaintext, true)]),
    ])
  }

  /** Moves the files to their final places, and reports their contents and omissions. */
  place({ captured = [] }: SimulatedRun, io: Io): void {
    const failures: string[] = []
    for (const [i, { output }] of this.#files.entries()) {
      const { packets, leftOut, failure } = captured[i]
      if (failure !== null) {
        output.discard()
        failures.push(`cannot write to ${output.path}: ${failure}`)
        continue
      }
      output.place()
      noteWritten(output.path, io, ` (${packets} packets)`)
      if (leftOut > 0)
        io.err(
          `warning: ${visible(output.path)} is full; ${leftOut} packets are left out. Ask for more with --pcap-size, or for fewer packets with --pcap-of\n`,
        )
      if (packets === 0) io.err(`warning: ${visible(output.path)} has no packets: ${EMPTY}\n`)
    }
    if (failures.length > 0) throw new UsageError(failures.join('; '))
  }

  /** Removes the written files. */
  discard(): void {
    for (const { output } of this.#files) output.discard()
  }
}

const EMPTY = 'its host, link or attacker sees none, or cannot decrypt any'

/** @throws UsageError for a name that the scenario does not have */
function subjectNamed(text: string, { blueprint }: CheckedScenario): CaptureSubject {
  try {
    return captureSubject(expandBlueprint(blueprint), text)
  } catch (error) {
    if (error instanceof UnknownCaptureSubject) throw new UsageError(`--pcap-of ${text}: ${error.message}`)
    throw error
  }
}
