// Verifies a whole ledger with code that we did not write: golang.org/x/mod/sumdb/note and tlog.
//
//	verify -vkey VKEY (-dir DIRECTORY | -url BASE [-ca FILE]) [-old FILE]
//
// BASE or DIRECTORY holds "checkpoint" and "tile/…" as C2SP tlog-tiles lays them out. -old is a checkpoint seen
// earlier, which this log must continue. Exit status 0: everything holds; 1: something does not.
//
// What is checked:
//  1. the checkpoint's signature, its origin, its form;
//  2. the tree over all entries, computed anew from the entry bundles, has the signed root;
//  3. every tile leads to the same root, and every leaf in them is the hash of its entry;
//  4. inclusion and consistency proofs made from the tiles convince tlog's own checkers;
//  5. entries are 42 bytes of a known version and type, and receipt times never decrease;
//  6. the old checkpoint, if given, is one that this log continues.
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	entrySize  = 42
	maxFile    = 1 << 20
)

// A source reads a file of the log by its path, e.g. "tile/0/x001/067".
type source func(path string) ([]byte, error)

var errMissing = errors.New("no such file")

func directorySource(directory string) source {
	return func(path string) ([]byte, error) {
		data, err := os.ReadFile(filepath.Join(directory, filepath.FromSlash(path)))
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", path, errMissing)
		}
		return data, err
	}
}

func urlSource(base, caFile string) (source, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate", caFile)
		}
	}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: config}}
	base = strings.TrimSuffix(base, "/")
	return func(path string) ([]byte, error) {
		response, err := client.Get(base + "/" + path)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		data, err := io.ReadAll(io.LimitReader(response.Body, maxFile+1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if response.StatusCode == http.StatusNotFound {
			return nil, fmt.Errorf("%s: %w", path, errMissing)
		}
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, response.Status)
		}
		if len(data) > maxFile {
			return nil, fmt.Errorf("%s: too large", path)
		}
		return data, nil
	}, nil
}

// C2SP has no tile height in its paths and calls the data tiles "entries".
func c2spPath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// tiles is a tlog.TileReader over C2SP's layout.
type tiles struct {
	read  source
	saved int // how many tiles tlog has authenticated
}

func (t *tiles) Height() int { return tileHeight }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		data, err := t.read(c2spPath(tile))
		if errors.Is(err, errMissing) && tile.W < tileWidth {
			// A log may delete a partial tile once the full one is there.
			full := tile
			full.W = tileWidth
			if data, err = t.read(c2spPath(full)); err == nil && len(data) > tile.W*tlog.HashSize {
				data = data[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", c2spPath(tile), len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

func (t *tiles) SaveTiles(saved []tlog.Tile, data [][]byte) { t.saved += len(saved) }

// openCheckpoint checks the signature and reads the C2SP tlog-checkpoint form. (tlog.ParseTree is for the Go
// checksum database's own first line.)
func openCheckpoint(message []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("checkpoint of %q, expected %q", lines[0], verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || lines[1] != strconv.FormatInt(size, 10) {
		return tlog.Tree{}, fmt.Errorf("checkpoint size %q", lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("checkpoint root %q", lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

func readBundle(read source, index int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: index, W: width}
	path := c2spPath(tile)
	data, err := read(path)
	if errors.Is(err, errMissing) && width < tileWidth {
		tile.W = tileWidth
		data, err = read(c2spPath(tile))
	}
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for len(out) < width {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s: cut after %d entries", path, len(out))
		}
		length := int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 && tile.W == width {
		return nil, fmt.Errorf("%s: more than %d entries", path, width)
	}
	return out, nil
}

// An auditor's view of entries: schema/wire/ledger.md.
type receipts struct{ last uint64 }

func (r *receipts) check(index int64, entry []byte) error {
	if len(entry) != entrySize || entry[0] != 1 || entry[1] < 1 || entry[1] > 3 {
		return fmt.Errorf("entry %d: not of a known form", index)
	}
	receipt := binary.BigEndian.Uint64(entry[34:])
	if receipt < r.last || receipt>>63 != 0 {
		return fmt.Errorf("entry %d: receipt time %d after %d", index, receipt, r.last)
	}
	r.last = receipt
	return nil
}

// memory keeps the hashes that were computed from the entries.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, index := range indexes {
		if index < 0 || index >= int64(len(m)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		out = append(out, m[index])
	}
	return out, nil
}

func checkEntries(read source, tree tlog.Tree, published tlog.HashReader) (memory, error) {
	var computed memory
	var times receipts
	for start := int64(0); start < tree.N; start += tileWidth {
		width := tileWidth
		if tree.N-start < tileWidth {
			width = int(tree.N - start)
		}
		entries, err := readBundle(read, start/tileWidth, width)
		if err != nil {
			return nil, err
		}
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, start+int64(i)))
		}
		leaves, err := published.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		for i, entry := range entries {
			index := start + int64(i)
			if err := times.check(index, entry); err != nil {
				return nil, err
			}
			if tlog.RecordHash(entry) != leaves[i] {
				return nil, fmt.Errorf("entry %d is not the leaf in its tile", index)
			}
			hashes, err := tlog.StoredHashes(index, entry, computed)
			if err != nil {
				return nil, err
			}
			computed = append(computed, hashes...)
		}
	}
	root, err := treeHash(tree.N, computed)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the entries do not have the signed root")
	}
	return computed, nil
}

// treeHash is tlog.TreeHash, which calls the empty tree's hash zero; RFC 6962 says SHA-256("").
func treeHash(size int64, reader tlog.HashReader) (tlog.Hash, error) {
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(size, reader)
}

// sample is some numbers below n that include both ends and the neighbourhood of powers of two.
func sample(n int64) []int64 {
	var out []int64
	for _, i := range []int64{0, 1, 2, 3, n / 3, n / 2, n - 3, n - 2, n - 1} {
		if i >= 0 && i < n {
			out = append(out, i)
		}
	}
	for power := int64(4); power < n; power *= 2 {
		out = append(out, power-1, power)
	}
	return out
}

func checkProofs(tree tlog.Tree, published tlog.HashReader, computed memory) error {
	for _, index := range sample(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, index, published)
		if err != nil {
			return err
		}
		leaf := computed[tlog.StoredHashIndex(0, index)]
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
	}
	for _, size := range sample(tree.N) {
		if size == 0 {
			continue
		}
		root, err := tlog.TreeHash(size, computed)
		if err != nil {
			return err
		}
		if err := checkContinues(tree, tlog.Tree{N: size, Hash: root}, published); err != nil {
			return err
		}
	}
	return nil
}

func checkContinues(tree, old tlog.Tree, published tlog.HashReader) error {
	if old.N > tree.N {
		return fmt.Errorf("the log shrank from %d to %d", old.N, tree.N)
	}
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, published)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency with size %d: %w", old.N, err)
	}
	return nil
}

func verify(read source, vkey, oldFile string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("vkey: %w", err)
	}
	message, err := read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(message, verifier)
	if err != nil {
		return err
	}
	reader := &tiles{read: read}
	published := tlog.TileHashReader(tree, reader)
	root, err := treeHash(tree.N, published)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the tiles do not have the signed root")
	}
	computed, err := checkEntries(read, tree, published)
	if err != nil {
		return err
	}
	if err := checkProofs(tree, published, computed); err != nil {
		return err
	}
	if oldFile != "" {
		message, err := os.ReadFile(oldFile)
		if err != nil {
			return err
		}
		old, err := openCheckpoint(message, verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", oldFile, err)
		}
		if err := checkContinues(tree, old, published); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d entries, %d tile readings authenticated, root %v\n", verifier.Name(), tree.N, reader.saved, tree.Hash)
	return nil
}

func main() {
	directory := flag.String("dir", "", "directory of the log")
	base := flag.String("url", "", "base URL of the log")
	vkey := flag.String("vkey", "", "the log's verifier key")
	ca := flag.String("ca", "", "PEM file of the certificates to trust for -url")
	old := flag.String("old", "", "checkpoint file that the log must continue")
	flag.Parse()
	if *vkey == "" || (*directory == "") == (*base == "") || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	read := directorySource(*directory)
	if *base != "" {
		var err error
		if read, err = urlSource(*base, *ca); err != nil {
			fmt.Fprintln(os.Stderr, "verify:", err)
			os.Exit(2)
		}
	}
	if err := verify(read, *vkey, *old); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}
