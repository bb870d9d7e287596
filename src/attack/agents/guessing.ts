import { NONE } from '../../engine/table.ts'
import { ACK, RST } from '../../network/header-flags.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { AttackPlan, Leg } from '../attack-plan.ts'
import type { Forge } from '../forge.ts'
import type { ForgedMessages } from '../forged-messages.ts'
import type { Sender } from './sender.ts'

/** Ports that Linux gives to those who dial (net.ipv4.ip_local_port_range). */
const FIRST_PORT = 32_768
const PORTS = 28_232
const WINDOW = 65_535
const PACKET_BYTES = 52
/** As much as a small record. */
const GARBAGE_BYTES = 64

/**
 * What somebody sends who sees nothing: it knows addresses and the server's port, and guesses the client's port and a
 * sequence number, anew for each packet. It speaks to both ends in turn.
 */
export class Guessing {
  private readonly contents: Contents
  private readonly plan: AttackPlan
  private readonly forge: Forge
  private readonly messages: ForgedMessages
  private readonly sender: Sender

  constructor(contents: Contents, plan: AttackPlan, forge: Forge, messages: ForgedMessages, sender: Sender) {
    this.contents = contents
    this.plan = plan
    this.forge = forge
    this.messages = messages
    this.sender = sender
  }

  /** Its n-th packet. Whether it could send one. */
  act(step: number, nth: number): boolean {
    const { legs, technique } = this.plan.steps[step]
    const leg = legs[Math.floor(nth / 2) % legs.length]
    if (leg === undefined || leg.clientAddress === NONE || leg.serverAddress === NONE) return false
    const isToClient = nth % 2 === 0
    const destination = isToClient ? leg.clientAddress : leg.serverAddress
    if (!this.sender.reaches(step, destination, PACKET_BYTES + GARBAGE_BYTES)) return false
    this.writeHeader(step, leg, isToClient)
    if (technique === 'reset') this.sender.sendNow(step, leg.path, this.forge.bare(step))
    else this.sendGarbage(step, leg.path)
    return true
  }

  private writeHeader(step: number, leg: Leg, isToClient: boolean): void {
    const { forge } = this
    const { header } = forge
    const clientPort = FIRST_PORT + (forge.draw(step) % PORTS)
    header.source = isToClient ? leg.serverAddress : leg.clientAddress
    header.sourcePort = isToClient ? leg.serverPort : clientPort
    header.destination = isToClient ? leg.clientAddress : leg.serverAddress
    header.destinationPort = isToClient ? clientPort : leg.serverPort
    const isReset = this.plan.steps[step].technique === 'reset'
    header.flags = isReset ? RST : ACK
    header.sequenceNumber = forge.draw(step)
    header.acknowledgementNumber = isReset ? 0 : forge.draw(step)
    header.window = isReset ? 0 : WINDOW
  }

  private sendGarbage(step: number, path: number): void {
    const content = this.forge.content(step)
    this.messages.writeGarbage(content, GARBAGE_BYTES)
    this.sender.sendNow(step, path, this.forge.carrying(step, content, 0, GARBAGE_BYTES))
    this.contents.drop(content)
  }
}
