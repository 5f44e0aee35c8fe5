package crypto

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"sync"
	"weak"
)

// blockWords is the size of a block of scrypt, 128 * r bytes, in words.
const blockWords = 32 * scryptR

// A scratch is the memory of one hash, 32 MiB.
type scratch [scryptN * blockWords]uint32

// scratches lends memory to hashes and takes it back. What nobody uses is left to the garbage collector. A
// hash that took fresh memory each time would make the process grow to twice what its hashes need: the
// collector lets as much garbage pile up as there is memory in use.
type scratches struct {
	mu   sync.Mutex
	idle []weak.Pointer[scratch]
}

func (s *scratches) take() *scratch {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.idle) > 0 {
		last := len(s.idle) - 1
		m := s.idle[last].Value()
		s.idle = s.idle[:last]
		if m != nil {
			return m
		}
	}
	return new(scratch)
}

func (s *scratches) give(m *scratch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, weak.Make(m))
}

// scryptKey is the function scrypt of RFC 7914 with the parameters of the stored format.
func scryptKey(password string, salt []byte, m *scratch) ([]byte, error) {
	b, err := pbkdf2.Key(sha256.New, password, salt, 1, 4*blockWords*scryptP)
	if err != nil {
		return nil, err
	}
	mix(b, m)
	return pbkdf2.Key(sha256.New, password, b, 1, scryptKeyLen)
}

// mix is scryptROMix: it fills the memory with a chain of blocks that begins with b, and then visits it in an
// order that the blocks decide. Blocks alternate between x and y.
func mix(b []byte, m *scratch) {
	var x, y [blockWords]uint32
	for i := range x {
		x[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	for i := 0; i < scryptN; i += 2 {
		copy(m.block(i), x[:])
		mixBlock(&x, &y)
		copy(m.block(i+1), y[:])
		mixBlock(&y, &x)
	}
	for range scryptN / 2 {
		xor(&x, m.block(visit(&x)))
		mixBlock(&x, &y)
		xor(&y, m.block(visit(&y)))
		mixBlock(&y, &x)
	}
	for i, word := range x {
		binary.LittleEndian.PutUint32(b[4*i:], word)
	}
}

func (m *scratch) block(i int) []uint32 { return m[i*blockWords : (i+1)*blockWords] }

// visit is Integerify: the number of the block to visit next.
func visit(x *[blockWords]uint32) int { return int(x[blockWords-16] & (scryptN - 1)) }

func xor(x *[blockWords]uint32, with []uint32) {
	y := (*[blockWords]uint32)(with)
	for i := range x {
		x[i] ^= y[i]
	}
}

// mixBlock is scryptBlockMix: out becomes the even and then the odd parts of in, each salted by those before.
func mixBlock(in, out *[blockWords]uint32) {
	var state [16]uint32
	copy(state[:], in[blockWords-16:])
	for i := 0; i < blockWords; i += 32 {
		salsa(&state, (*[16]uint32)(in[i:]), (*[16]uint32)(out[i/2:]))
		salsa(&state, (*[16]uint32)(in[i+16:]), (*[16]uint32)(out[(blockWords+i)/2:]))
	}
}

// salsa is Salsa20/8 of state XOR in; it becomes state and out.
func salsa(state, in, out *[16]uint32) {
	x0, x1, x2, x3 := state[0]^in[0], state[1]^in[1], state[2]^in[2], state[3]^in[3]
	x4, x5, x6, x7 := state[4]^in[4], state[5]^in[5], state[6]^in[6], state[7]^in[7]
	x8, x9, x10, x11 := state[8]^in[8], state[9]^in[9], state[10]^in[10], state[11]^in[11]
	x12, x13, x14, x15 := state[12]^in[12], state[13]^in[13], state[14]^in[14], state[15]^in[15]
	*out = [16]uint32{x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15}
	for range 4 {
		x0, x4, x8, x12 = quarter(x0, x4, x8, x12)
		x5, x9, x13, x1 = quarter(x5, x9, x13, x1)
		x10, x14, x2, x6 = quarter(x10, x14, x2, x6)
		x15, x3, x7, x11 = quarter(x15, x3, x7, x11)
		x0, x1, x2, x3 = quarter(x0, x1, x2, x3)
		x5, x6, x7, x4 = quarter(x5, x6, x7, x4)
		x10, x11, x8, x9 = quarter(x10, x11, x8, x9)
		x15, x12, x13, x14 = quarter(x15, x12, x13, x14)
	}
	out[0], out[1], out[2], out[3] = out[0]+x0, out[1]+x1, out[2]+x2, out[3]+x3
	out[4], out[5], out[6], out[7] = out[4]+x4, out[5]+x5, out[6]+x6, out[7]+x7
	out[8], out[9], out[10], out[11] = out[8]+x8, out[9]+x9, out[10]+x10, out[11]+x11
	out[12], out[13], out[14], out[15] = out[12]+x12, out[13]+x13, out[14]+x14, out[15]+x15
	*state = *out
}

// quarter is the quarter round of Salsa20.
func quarter(a, b, c, d uint32) (uint32, uint32, uint32, uint32) {
	b ^= bits.RotateLeft32(a+d, 7)
	c ^= bits.RotateLeft32(b+a, 9)
	d ^= bits.RotateLeft32(c+b, 13)
	a ^= bits.RotateLeft32(d+c, 18)
	return a, b, c, d
}
