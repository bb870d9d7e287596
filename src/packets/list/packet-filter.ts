import { formatAddress } from '../../network/address-book.ts'
import type { Plan } from '../../simulation/plan.ts'
import { linkOf } from '../pcap/interfaces.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'

/** The packets that a listing shows. */
export interface PacketFilterOptions {
  /** The name of a link or segment (`wan`), or of one direction (`link/wan/forward`); null for all. */
  readonly link: string | null
  /**
   * The ends of a connection: one or two of `ADDRESS`, `ADDRESS:PORT`, `HOST`, `HOST:PORT` and `:PORT`, separated by `>`,
   * a comma or a blank; null for all.
   */
  readonly connection: string | null
  /** The time at which packets are put on a link, from `fromNs` up to `toNs`. */
  readonly fromNs: number
  readonly toNs: number
}

type EndTest = (address: number, port: number) => boolean

/** Decides which packets a listing shows. */
export class PacketFilter {
  private readonly options: PacketFilterOptions
  private readonly ends: readonly EndTest[]

  constructor(options: PacketFilterOptions, plan: Plan) {
    this.options = options
    const words = options.connection?.split(/[\s,>]+/).filter((word) => word !== '') ?? []
    this.ends = words.map((word) => endTest(word, plan))
  }

  passes({ link, sentNs, source, sourcePort, destination, destinationPort }: RecordedPacket): boolean {
    const { link: wanted, fromNs, toNs } = this.options
    if (sentNs < fromNs || sentNs > toNs || (wanted !== null && !isOnLink(link, wanted))) return false
    const [first, second] = this.ends
    if (first === undefined) return true
    const isSource = (test: EndTest) => test(source, sourcePort)
    const isDestination = (test: EndTest) => test(destination, destinationPort)
    if (second === undefined) return isSource(first) || isDestination(first)
    return (isSource(first) && isDestination(second)) || (isSource(second) && isDestination(first))
  }
}

/** Returns whether a direction has this name, or belongs to the link or segment with this name. */
function isOnLink(direction: string, wanted: string): boolean {
  if (direction === wanted || linkOf(direction) === wanted) return true
  const [, ...rest] = linkOf(direction).split('/')
  return rest.join('/') === wanted || (direction.startsWith('segment/') && rest.slice(0, -1).join('/') === wanted)
}

function endTest(word: string, { hosts, addresses }: Plan): EndTest {
  const colon = word.lastIndexOf(':')
  const name = colon < 0 ? word : word.slice(0, colon)
  const port = colon < 0 ? null : Number(word.slice(colon + 1))
  const host = hosts.findIndex((one) => one.name === name)
  return (address, ownPort) => {
    if (port !== null && ownPort !== port) return false
    if (name === '' || formatAddress(address) === name) return true
    const index = addresses.indexOf(address)
    return host >= 0 && index >= 0 && addresses.hostOf(index, -1) === host
  }
}
