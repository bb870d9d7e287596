import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DEBIAN_SOURCES } from './go-program.ts'
import type { Processes } from './processes.ts'

/** Builds the stub of the API server, which also measures kubectl, in a folder, and returns the path of the program. */
export async function buildKubectlStub(go: string, folder: string, processes: Processes): Promise<string> {
  const sources = join(folder, 'go-kubectl')
  const program = join(folder, 'lab-kubectl')
  cpSync('bench/fidelity/lab/go-kubectl', sources, { recursive: true })
  const how = ['GO111MODULE=off', `GOPATH=${DEBIAN_SOURCES}`]
  await processes.lines('env', ['-C', sources, ...how, go, 'build', '-o', program, '.'], BUILD_MS)
  return program
}

/** The client library and containerd's streaming server have many packages. */
const BUILD_MS = 1_200_000
