// Package images makes still pictures of videos: thumbnails, many of them in one picture, and posters.
//
// A Shot is a random access point that a picture is made of. FFmpeg makes the pictures of a block of Shots at a time, when one of them is asked for first; a block is kept in the data folder, named after the
// version of the stream. A Sheet is put together of them without FFmpeg. Only the samples of Shots are read, not the file.
//
// Comes from: library, which owns the Maker. Goes to: delivery and api. The rule: one FFmpeg at a time, and those who ask go before what is made ahead.
package images
