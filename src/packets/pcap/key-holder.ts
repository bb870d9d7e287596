import { VANTAGES } from '../../attack/vantages.ts'
import { NONE } from '../../engine/table.ts'
import type { Simulation } from '../../simulation/simulation.ts'
import type { ContentRecorder } from '../record/content-recorder.ts'
import type { StreamMessage } from '../record/stream-content.ts'
import type { CaptureSubject } from './capture-subject.ts'

/** Decides which records the subject of a capture can decrypt now. */
export class KeyHolder {
  private readonly simulation: Simulation
  private readonly recorder: ContentRecorder
  private readonly attacker: number
  private readonly isOwn: (host: number) => boolean

  constructor(simulation: Simulation, recorder: ContentRecorder, subject: CaptureSubject) {
    const { plan } = simulation
    this.simulation = simulation
    this.recorder = recorder
    this.attacker =
      subject.kind === 'attacker'
        ? (plan.attack?.attackers.findIndex(({ name }) => name === subject.name) ?? NONE)
        : NONE
    const planned = plan.attack?.attackers[this.attacker]
    const own = planned === undefined || !VANTAGES[planned.vantage].hasOwnHost ? NONE : planned.host
    this.isOwn = (host) =>
      planned === undefined
        ? subject.kind === 'host' && plan.hosts[host].name === subject.name
        : planned.controls[host] === 1 || host === own
  }

  /** Returns whether the subject has the keys of a record's session, as one of its ends or through a private key. */
  canDecrypt(message: StreamMessage): boolean {
    return this.recorder.hasKeys(message.content, this.isOwn) || this.hasPrivateKey(message)
  }

  /**
   * Returns whether an attacker has the server's private key and the client used RSA key exchange. Then the recorded
   * handshake reveals the session keys (RFC 5246 appendix F.1.1.2).
   */
  private hasPrivateKey({ session }: StreamMessage): boolean {
    const { plan, attack } = this.simulation
    if (session === null || session.layer !== 'tls' || attack === null || this.attacker === NONE) return false
    const server = plan.tls.servers[session.server]
    if (plan.tls.clients[session.client]?.keyExchange !== 'rsa' || server === undefined) return false
    const subject = attack.plan.certificates.indexOf(server.presents.certificate.name)
    return subject >= 0 && attack.knowledge.hasCredential(this.attacker, { kind: 'certificate-key', subject })
  }
}
