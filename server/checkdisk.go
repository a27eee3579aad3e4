package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

const mebibyte = 1 << 20

// checkDisk looks how much room is left where the data folder is.
func (u *checkup) checkDisk(context.Context) finding {
	var disk syscall.Statfs_t
	err := syscall.Statfs(u.Data, &disk)
	if errors.Is(err, fs.ErrNotExist) {
		return skip("there is no folder " + u.Data)
	}
	if err != nil {
		return fail(fmt.Sprintf("the disk of %s cannot be looked at: %v", u.Data, err), "see that this user may read the folder")
	}
	size := uint64(disk.Bsize)
	return diskFinding(u.Data, disk.Bavail*size, disk.Blocks*size)
}

// diskFinding judges the bytes that are free to us, of all.
func diskFinding(folder string, free, all uint64) finding {
	share := 100 * float64(free) / float64(max(all, 1))
	found := fmt.Sprintf("%s has %d MiB free, %.0f %% of its disk", folder, free/mebibyte, share)
	const next = "make room, or move the folder and name it with --data"
	switch {
	case share < 1 || free < 100*mebibyte:
		return fail(found+": soon no answer can be kept", next)
	case share < 10:
		return warn(found, next)
	}
	return pass("%s", found)
}

// checkBackup says what to do until there is a command for it. Entendu keeps no
// note of copies that others make, so it never knows of one.
func (u *checkup) checkBackup(context.Context) finding {
	secret, copying := "--secret", "mongodump --archive=FILE with the address of --store"
	if u.Store == "" {
		copying = fmt.Sprintf(`sqlite3 %s "VACUUM INTO '/backup/entendu-$(date +%%F).db'"`, u.sqlitePath())
	}
	if len(u.Secret) == 0 {
		secret = u.inData("secret")
	}
	return warn("this version makes no backup and knows of none", "have a timer run a script with: "+copying+"; keep a copy of "+secret+" too")
}
