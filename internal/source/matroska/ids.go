package matroska

// Element IDs with their length marker (RFC 9559, 5.1; EBML's own: RFC 8794, 11.2).
const (
	idEBML               = 0x1A45DFA3
	idEBMLReadVersion    = 0x42F7
	idEBMLMaxIDLength    = 0x42F2
	idEBMLMaxSizeLength  = 0x42F3
	idDocType            = 0x4282
	idDocTypeReadVersion = 0x4285
	idVoid               = 0xEC
	idCRC32              = 0xBF

	idSegment     = 0x18538067
	idSeekHead    = 0x114D9B74
	idInfo        = 0x1549A966
	idTracks      = 0x1654AE6B
	idCluster     = 0x1F43B675
	idCues        = 0x1C53BB6B
	idAttachments = 0x1941A469
	idChapters    = 0x1043A770
	idTags        = 0x1254C367

	idTimestampScale = 0x2AD7B1
	idTitle          = 0x7BA9

	idTimestamp      = 0xE7
	idSilentTracks   = 0x5854
	idPosition       = 0xA7
	idPrevSize       = 0xAB
	idSimpleBlock    = 0xA3
	idEncryptedBlock = 0xAF
	idBlockGroup     = 0xA0

	idBlock           = 0xA1
	idBlockDuration   = 0x9B
	idReferenceBlock  = 0xFB
	idDiscardPadding  = 0x75A2
	idBlockAdditions  = 0x75A1
	idBlockMore       = 0xA6
	idBlockAdditional = 0xA5

	idTrackEntry          = 0xAE
	idTrackNumber         = 0xD7
	idTrackType           = 0x83
	idFlagDefault         = 0x88
	idFlagForced          = 0x55AA
	idFlagHearingImpaired = 0x55AB
	idFlagVisualImpaired  = 0x55AC
	idFlagOriginal        = 0x55AE
	idFlagCommentary      = 0x55AF
	idDefaultDuration     = 0x23E383
	idName                = 0x536E
	idLanguage            = 0x22B59C
	idLanguageBCP47       = 0x22B59D
	idCodecID             = 0x86
	idCodecPrivate        = 0x63A2
	idCodecDelay          = 0x56AA
	idContentEncodings    = 0x6D80

	idContentEncoding      = 0x6240
	idContentEncodingOrder = 0x5031
	idContentEncodingScope = 0x5032
	idContentEncodingType  = 0x5033
	idContentCompression   = 0x5034
	idContentCompAlgo      = 0x4254
	idContentCompSettings  = 0x4255
	idContentEncryption    = 0x5035

	idVideo              = 0xE0
	idPixelWidth         = 0xB0
	idPixelHeight        = 0xBA
	idPixelCropBottom    = 0x54AA
	idPixelCropTop       = 0x54BB
	idPixelCropLeft      = 0x54CC
	idPixelCropRight     = 0x54DD
	idDisplayWidth       = 0x54B0
	idDisplayHeight      = 0x54BA
	idDisplayUnit        = 0x54B2
	idProjection         = 0x7670
	idProjectionType     = 0x7671
	idProjectionPoseRoll = 0x7675

	idAudio                   = 0xE1
	idSamplingFrequency       = 0xB5
	idOutputSamplingFrequency = 0x78B5
	idChannels                = 0x9F
)

// topLevel says whether an element with this ID ends a Cluster of unknown size: a level-1 element, or what may follow a whole Segment.
func topLevel(id uint32) bool {
	switch id {
	case idCluster, idSeekHead, idInfo, idTracks, idCues, idAttachments, idChapters, idTags, idSegment, idEBML:
		return true
	}
	return false
}

// inCluster says whether id may be a child of a Cluster.
func inCluster(id uint32) bool {
	switch id {
	case idSimpleBlock, idBlockGroup, idTimestamp, idPosition, idPrevSize, idSilentTracks, idEncryptedBlock, idVoid, idCRC32:
		return true
	}
	return false
}
