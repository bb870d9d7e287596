import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificates } from './certificates.ts'
import { buildGoProgram } from './go-program.ts'
import type { GridCell } from './grid.ts'
import type { Processes } from './processes.ts'
import { prepareSshd } from './sshd.ts'

/** The commands that start each program. */
export interface Programs {
  readonly relay: string
  readonly sshd: readonly string[] | null
  readonly servers: Readonly<Record<string, readonly string[]>>
  /** The commands of clients, to which host, path, quantity and repetitions are added. */
  readonly clients: Readonly<Record<string, readonly string[]>>
}

interface Tools {
  readonly folder: string
  readonly wan: 'relay' | 'netem'
  readonly go: string | null
  readonly sshd: string | null
  readonly cc: string | null
}

/** Builds the relay in a folder, and returns the path of the program. */
export async function buildRelay(cc: string, folder: string, processes: Processes): Promise<string> {
  const relay = join(folder, 'relay')
  await processes.lines(cc, ['-O2', '-o', relay, 'bench/fidelity/lab/relay.c'], 60_000)
  return relay
}

/** Builds the programs and files that the cells need, in a temporary folder. */
export async function prepareStacks(
  cells: readonly Pick<GridCell, 'stack' | 'path'>[],
  { folder, wan, go, sshd, cc }: Tools,
  processes: Processes,
): Promise<Programs> {
  makeCertificates(folder)
  const relay = wan === 'relay' && cc !== null ? await buildRelay(cc, folder, processes) : ''
  const script = (name: string) => [process.execPath, fileURLToPath(new URL(`./${name}.js`, import.meta.url)), folder]
  const servers: Record<string, readonly string[]> = { nodejs: script('node-server') }
  const clients: Record<string, readonly string[]> = { nodejs: script('node-client') }
  if (go !== null && cells.some(({ stack }) => stack === 'go')) {
    const program = await buildGoProgram(go, folder, processes)
    servers.go = [program, 'serve', folder]
    clients.go = [program, 'measure', folder]
  }
  const needsSshd = sshd !== null && cells.some(({ path }) => path.startsWith('ssh'))
  return { relay, sshd: needsSshd ? prepareSshd(sshd, folder) : null, servers, clients }
}
