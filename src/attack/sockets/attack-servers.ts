import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { Ssh } from '../../security/ssh.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Acceptor, Tcp } from '../../transport/tcp.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Possessions } from './possessions.ts'
import type { ListeningPlace, Offer } from './sockets-plan.ts'

export interface AttackServersGround {
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tls: Tls
  readonly ssh: Ssh
  readonly http: Http
  readonly plan: AttackPlan
  readonly state: AttackState
  readonly possessions: Possessions
}

/**
 * Attackers' own listeners, beside those of everybody else. On a host that an attacker has taken, a connection to
 * another's address is its own, whatever else listens on that port.
 */
export class AttackServers implements Acceptor {
  private readonly ground: AttackServersGround
  private readonly honest: Acceptor
  private readonly honestCount: number
  private readonly places: readonly ListeningPlace[]
  private readonly serviceOf: (step: number) => number

  /** `isTaken`: somebody else listens on this port of this host, at all addresses. */
  constructor(
    ground: AttackServersGround,
    honest: Acceptor,
    honestCount: number,
    isTaken: (host: number, port: number) => boolean,
    places: readonly ListeningPlace[],
    serviceOf: (step: number) => number,
  ) {
    this.ground = ground
    this.honest = honest
    this.honestCount = honestCount
    this.places = places
    this.serviceOf = serviceOf
    const { tcp } = ground
    tcp.acceptWith(this)
    places.forEach(({ host, port, address }, index) => {
      if (!isTaken(host, port)) tcp.listen(host, port, honestCount + index, address)
    })
  }

  onAccept(listener: number, stream: Stream): void {
    const offer = this.offerFor(stream)
    if (offer !== null) return this.serve(offer, stream)
    if (listener < this.honestCount) return this.honest.onAccept(listener, stream)
    // Whoever is not at work has no program there.
    this.ground.streams.abort(stream)
  }

  /** Of the steps that are about this address, the last that has begun and can do it. */
  private offerFor(stream: Stream): Offer | null {
    const { plan, state, timeline } = this.ground
    const place = this.placeOf(stream)
    if (place === null) return null
    const begun = place.offers.filter(
      ({ step }) => plan.steps[step].startTick <= timeline.now && !state.isLeftOut(step),
    )
    const usable = begun.filter((offer) => this.isUsable(offer))
    const current = usable.filter(({ step }) => plan.steps[step].endTick > timeline.now)
    return current.at(-1) ?? usable.at(-1) ?? null
  }

  private placeOf(stream: Stream): ListeningPlace | null {
    const { streams, tcp } = this.ground
    const { connections } = tcp
    const connection = this.ground.tcp.connections.rowAt(streams.table.carrier[stream])
    const host = connections.host[connection]
    const address = connections.localAddress[connection]
    const port = connections.localPort[connection]
    const isHere = (place: ListeningPlace) => place.host === host && place.address === address && place.port === port
    return this.places.find(isHere) ?? null
  }

  /** Without its key a certificate proves nothing. */
  private isUsable(offer: Offer): boolean {
    if (offer.kind !== 'https' || offer.certificate === NONE) return true
    const { plan, possessions } = this.ground
    const { attacker } = plan.steps[offer.step]
    return possessions.has(attacker, { kind: 'certificate-key', subject: offer.certificate })
  }

  private serve(offer: Offer, stream: Stream): void {
    const { http, tls, ssh } = this.ground
    switch (offer.kind) {
      case 'http':
        return http.serve(stream, this.serviceOf(offer.step), offer.http2)
      case 'https':
        return http.serve(tls.accept(stream, offer.tlsServer), this.serviceOf(offer.step), offer.http2)
      case 'ssh':
        return ssh.accept(stream, offer.sshServer)
    }
  }
}
