"""What the kernel of this machine does with small writes, duplicates and late segments, before a scripted peer on a tun
device. As root, in a network namespace of its own: unshare -n python3 bench/fidelity/kernel-recovery.py
"""
import os,fcntl,struct,socket,time,select,subprocess,sys
TUNSETIFF=0x400454ca
def tun():
    f=os.open('/dev/net/tun',os.O_RDWR)
    fcntl.ioctl(f,TUNSETIFF,struct.pack('16sH',b't0',0x0001|0x1000))
    subprocess.check_call('ip link set lo up; ip addr add 10.9.0.1/24 dev t0; ip link set t0 up',shell=True)
    return f
def ck(b):
    if len(b)%2:b+=b'\0'
    s=sum(struct.unpack('!%dH'%(len(b)//2),b))
    while s>>16:s=(s&0xffff)+(s>>16)
    return ~s&0xffff
F={'F':1,'S':2,'R':4,'P':8,'A':16}
def pkt(sp,dp,seq,ack,fl,win=65535,data=b'',opt=b''):
    flags=sum(F[c] for c in fl)
    opt+=b'\1'*((-len(opt))%4)
    h=struct.pack('!HHIIBBHHH',sp,dp,seq&0xffffffff,ack&0xffffffff,(5+len(opt)//4)<<4,flags,win,0,0)+opt
    s=socket.inet_aton('10.9.0.2');d=socket.inet_aton('10.9.0.1')
    c=ck(s+d+struct.pack('!BBH',0,6,len(h)+len(data))+h+data)
    h=h[:16]+struct.pack('!H',c)+h[18:]
    ip=struct.pack('!BBHHHBBH4s4s',0x45,0,20+len(h)+len(data),0,0,64,6,0,s,d)
    ip=ip[:10]+struct.pack('!H',ck(ip))+ip[12:]
    return ip+h+data
def parse(b):
    ihl=(b[0]&15)*4
    if b[0]>>4!=4 or b[9]!=6: return None
    t=b[ihl:]
    sp,dp,seq,ack,off,fl,win=struct.unpack('!HHIIBBH',t[:16])
    hl=(off>>4)*4
    return dict(sp=sp,dp=dp,seq=seq,ack=ack,fl=''.join(c for c in 'FSRPA' if fl&F[c]),win=win,n=len(t)-hl,opt=t[20:hl])
class C:
    """a scripted peer; port per connection"""
    port=20000
    def __init__(s,tun,srv):
        C.port+=1
        s.t=tun;s.p=C.port;s.srv=srv;s.isn=1000000;s.sock=None
    def tx(s,off,ack,fl,data=b'',win=65535,opt=b''):
        os.write(s.t,pkt(s.p,s.dp,s.isn+1+off,(s.risn+1+ack) if ack is not None else 0,fl,win,data,opt))
    def rx(s,tmo=0.12):
        out=[];end=time.time()+tmo
        while True:
            r,_,_=select.select([s.t],[],[],max(0,end-time.time()))
            if not r:return out
            q=parse(os.read(s.t,4096))
            if q and q['dp']==s.p:
                a=(q['ack']-s.isn-1)&0xffffffff
                b=(q['seq']-s.risn-1)&0xffffffff if s.risn is not None else q['seq']
                out.append(f"{q['fl']} seq {b if b<2**31 else b-2**32} ack {a if a<2**31 else a-2**32} n {q['n']}")
                s.last=q
    def syn(s):
        s.dp=8080;s.risn=None
        os.write(s.t,pkt(s.p,8080,s.isn,0,'S',opt=bytes([2,4,5,0xb4,4,2,1,3,3,0])))
        s.rx(0.03);s.risn=s.last['seq']
    def open(s):
        s.syn();s.tx(0,0,'A');s.rx(0.03);s.sock,_=s.srv.accept();s.sock.setblocking(False)
        s.edge=s.last['win']
        return s
    def alive(s):
        try:
            d=s.sock.recv(9999);return f'read {len(d)}'
        except BlockingIOError:return 'alive'
        except Exception as e:return str(e)
import threading
subprocess.check_call('sysctl -qw net.ipv4.tcp_congestion_control=reno',shell=True)
t=tun();srv=socket.socket();srv.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1);srv.bind(('10.9.0.1',8080));srv.listen(50)
def rxt(c,tmo):
    out=[];t0=time.time();end=t0+tmo
    while True:
        r,_,_=select.select([t],[],[],max(0,end-time.time()))
        if not r:return out
        q=parse(os.read(t,4096))
        if q and q['dp']==c.p:
            a=(q['ack']-c.isn-1)&0xffffffff; b=(q['seq']-c.risn-1)&0xffffffff
            out.append(('%.1fms'%((time.time()-t0)*1e3),q['fl'],'seq',b if b<2**31 else b-2**32,'ack',a,'n',q['n'],q['opt'].hex()))
            c.last=q
def reader(s,answer):
    def run():
        s.setblocking(True);n=0
        while True:
            try:d=s.recv(65536)
            except OSError:return
            if not d:return
            n+=1
            if n in answer:s.send(b'r'*100)
    threading.Thread(target=run,daemon=True).start()
# A: nobody answers
c=C(t,srv);c.open();reader(c.sock,())
o=0
print('A non-interactive small pushed: ack of the 20th and 21st of 100 B')
for i in range(21):
    c.tx(o,0,'PA',b'x'*100);o+=100;r=rxt(c,0.06)
    if i>=18:print(i+1,r)
# B interactive
c=C(t,srv);c.open();reader(c.sock,(1,2))
c.tx(0,0,'PA',b'x'*100);print('B1',rxt(c,0.06));
c.tx(100,100,'PA',b'x'*100);print('B2',rxt(c,0.06))
c.tx(200,200,'PA',b'x'*100);a=rxt(c,0.002);c.tx(300,200,'PA',b'x'*100);print('B two 2ms apart',a,rxt(c,0.08))
c.tx(400,200,'PA',b'x'*100);print('B one alone',rxt(c,0.08))
# D dsack
c=C(t,srv);c.open();reader(c.sock,())
c.tx(0,0,'PA',b'x'*100);rxt(c,0.05);c.tx(0,0,'PA',b'x'*100);print('D duplicate',rxt(c,0.05))
# C undo with timestamps
def ts(v,e):return b'\1\1\x08\x0a'+struct.pack('!II',v,e)
def info(s):
    b=s.getsockopt(socket.IPPROTO_TCP,11,232)
    u=struct.unpack_from('<24I',b,8)
    return dict(ca=b[1],unacked=u[4],sacked=u[5],lost=u[6],retrans=u[7],rtt=u[15],ssthresh=u[17],cwnd=u[18])
def openTs():
    c=C(t,srv);c.dp=8080;c.risn=None
    os.write(t,pkt(c.p,8080,c.isn,0,'S',opt=bytes([2,4,5,0xb4,4,2])+b'\x08\x0a'+struct.pack('!II',1,0)+bytes([1,3,3,7])))
    c.rx(0.01);c.risn=c.last['seq'];o=c.last['opt'];i=o.index(b'\x08\x0a');c.ts=struct.unpack('!I',o[i+2:i+6])[0]
    c.tx(0,0,'A',opt=ts(2,c.ts),win=60000);c.rx(0.01);c.sock,_=srv.accept();return c
def tsof(q):
    o=q['opt'];i=o.index(b'\x08\x0a');return struct.unpack('!I',o[i+2:i+6])[0]
c=openTs();c.sock.setblocking(False);c.sock.send(b'z'*14480*1)
r=rxt(c,0.005);first=tsof(c.last);print('C sent',len(r),info(c.sock))
r=rxt(c,0.30);print('C again',[(x[0],x[3],x[6]) for x in r],info(c.sock))
c.tx(0,1448,'A',opt=ts(3,first),win=60000);print('C after ack of original',[(x[0],x[3],x[6]) for x in rxt(c,0.02)],info(c.sock))
# E the same, the ack echoes the retransmission: real loss
c=openTs();c.sock.setblocking(False);c.sock.send(b'z'*14480)
r=rxt(c,0.005);r=rxt(c,0.30);n=tsof(c.last);print('E again',[(x[0],x[3],x[6]) for x in r],info(c.sock))
c.tx(0,1448,'A',opt=ts(3,n),win=60000);print('E after ack',[(x[0],x[3],x[6]) for x in rxt(c,0.02)],info(c.sock))
# F: F-RTO, without timestamps; more data to send
c=C(t,srv);c.open();c.sock.send(b'z'*1460*30);c.rx(0.005)
r=rxt(c,0.4);print('F again',[(x[0],x[3],x[6]) for x in r],info(c.sock))
c.tx(0,1460,'A',win=65000);print('F ack 1',[(x[0],x[3],x[6]) for x in rxt(c,0.02)],info(c.sock))
c.tx(0,2920,'A',win=65000);print('F ack 2 (original)',[(x[0],x[3],x[6]) for x in rxt(c,0.02)],info(c.sock))
