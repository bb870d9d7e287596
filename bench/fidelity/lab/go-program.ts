import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Processes } from './processes.ts'

/** The folder of the sources of Debian's golang-golang-x-crypto-dev. */
export const DEBIAN_SOURCES = '/usr/share/gocode'

/** Builds the servers and clients of the stack go in a folder, and returns the path of the program. */
export async function buildGoProgram(go: string, folder: string, processes: Processes): Promise<string> {
  const sources = join(folder, 'go')
  const program = join(folder, 'lab-go')
  cpSync('bench/fidelity/lab/go', sources, { recursive: true })
  const ofDebian = existsSync(`${DEBIAN_SOURCES}/src/golang.org/x/crypto/ssh`)
  const how = ofDebian ? ['GO111MODULE=off', `GOPATH=${DEBIAN_SOURCES}`] : ['GOFLAGS=-mod=mod']
  const words = ['-C', sources, ...how, `GOCACHE=${join(folder, 'go-cache')}`, go, 'build', '-o', program, '.']
  await processes.lines('env', words, 300_000)
  return program
}
