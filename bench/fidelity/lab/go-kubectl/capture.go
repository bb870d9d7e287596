package main

import (
	"encoding/binary"
	"syscall"
	"time"
	"unsafe"
)

// A TCP packet at kubectl's interface.
type packet struct {
	at              time.Time
	isUp            bool
	port            uint16
	flags           byte
	sequence        uint32
	bytes, payload  int
	isRetransmitted bool
}

const (
	// All packets wait in the socket until the command has ended, so that the capture takes no time beside it.
	captureBytes = 512 << 20
	rcvbufForce  = 33
	syn          = 2
	ack          = 16
)

type capture struct {
	socket int
	server [4]byte
}

func startCapture(server [4]byte) (*capture, error) {
	const everything = 3
	socket, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, int(htons(everything)))
	if err != nil {
		return nil, err
	}
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, rcvbufForce, captureBytes); err != nil {
		return nil, err
	}
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1); err != nil {
		return nil, err
	}
	return &capture{socket, server}, nil
}

// Has the kernel stamp packets for as long as this process lives. It begins to do so only some time after it was asked.
func keepStamping() error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
}

func htons(value uint16) uint16 { return value<<8 | value>>8 }

// Returns what was captured so far, and ends the capture.
func (c *capture) stop() ([]packet, error) {
	defer syscall.Close(c.socket)
	var packets []packet
	type segment struct {
		port     uint16
		isUp     bool
		sequence uint32
	}
	seen := map[segment]bool{}
	data, control := make([]byte, 2048), make([]byte, 256)
	for {
		n, controls, _, _, err := syscall.Recvmsg(c.socket, data, control, syscall.MSG_DONTWAIT|syscall.MSG_TRUNC)
		if err == syscall.EAGAIN {
			return packets, nil
		}
		if err != nil {
			return nil, err
		}
		read, ok := c.read(data[:min(n, len(data))])
		if !ok {
			continue
		}
		read.at = timeIn(control[:controls])
		if read.payload > 0 {
			key := segment{read.port, read.isUp, read.sequence}
			read.isRetransmitted = seen[key]
			seen[key] = true
		}
		packets = append(packets, read)
	}
}

// The interfaces of the lab have no header below IP.
func (c *capture) read(data []byte) (packet, bool) {
	if len(data) < 40 || data[0]>>4 != 4 || data[9] != syscall.IPPROTO_TCP {
		return packet{}, false
	}
	isUp, isDown := [4]byte(data[16:20]) == c.server, [4]byte(data[12:16]) == c.server
	if isUp == isDown {
		return packet{}, false
	}
	tcp := data[int(data[0]&15)*4:]
	total := int(binary.BigEndian.Uint16(data[2:]))
	port := binary.BigEndian.Uint16(tcp)
	if !isUp {
		port = binary.BigEndian.Uint16(tcp[2:])
	}
	return packet{
		isUp: isUp, port: port, flags: tcp[13], sequence: binary.BigEndian.Uint32(tcp[4:]),
		bytes: total, payload: total - int(data[0]&15)*4 - int(tcp[12]>>4)*4,
	}, true
}

func timeIn(control []byte) time.Time {
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return time.Time{}
	}
	for _, message := range messages {
		if message.Header.Type == syscall.SO_TIMESTAMPNS {
			stamp := (*syscall.Timespec)(unsafe.Pointer(&message.Data[0]))
			return time.Unix(stamp.Unix())
		}
	}
	return time.Time{}
}
